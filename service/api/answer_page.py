"""The pages of one-tap links, in Indonesian: what a tap would do, and what it did."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import Final
from urllib.parse import quote

from service.api.middleware import CONTENT_POLICY
from service.notifications.replies import became
from service.notifications.texts import amount, day
from service.workflows.answer_by_link import LinkedOrder

_STYLE: Final = """
body { font: 1.15rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 34rem; padding: 1rem; color: #1b1b1b; }
li { margin: .4rem 0; }
button { font: inherit; font-weight: 600; width: 100%; padding: 1rem; border: 0; border-radius: .5rem;
  color: #fff; background: #14532d; }
"""
_PAGE: Final = """<!doctype html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
PAGE_POLICY: Final = f"{CONTENT_POLICY}; style-src 'sha256-{_STYLE_HASH}'"
"""The page is one request over a slow line, so its style stands in it: this one and no other."""

_OVER: Final = "Tautan ini tidak berlaku, atau waktunya sudah habis. Lihat pesan terbaru Anda."


def question_page(order: LinkedOrder) -> str:
    """Show what a tap takes, and the button; whoever only looks has done nothing."""
    if not order.lines:
        return said_page("Sudah dijawab", f"Semua baris pesanan {order.number} dalam tautan ini sudah dijawab.")
    items = "".join(
        f"<li>{line.position}. {escape(item.name_id)} {escape(amount(line.ordered_qty, item.unit))}, "
        f"{escape(kitchen.name)}, {day(line.needed_date)}</li>"
        for line, item, kitchen in order.lines
    )
    body = (
        f"<p>Koperasi Anda diminta mengirim:</p><ul>{items}</ul>"
        '<form method="post"><button>Sanggupi semua</button></form>'
        "<p>Jika hanya sanggup sebagian, jawablah lewat pesan: kirim ? untuk bantuan.</p>"
    )
    return _page(title=escape(f"Pesanan {order.number}"), body=body)


def late_page(order: LinkedOrder, path: str) -> str:
    """Show what became of lines whose time to answer is over; who has them now, after a login that leads back here."""
    told = (became(entry, item, names_takers=order.names_takers) for entry, item in order.lost)
    items = "".join(f"<li>{escape(one)}</li>" for one in told)
    body = f"<p>Waktu jawab pesanan {escape(order.number)} sudah habis.</p><ul>{items}</ul>"
    if not order.names_takers:
        body += f'<p><a href="/login?next={quote(path)}">Masuk ke Pasok</a> untuk melihat koperasi mana.</p>'
    return _page(title="Waktu jawab sudah habis", body=body)


def over_page() -> str:
    """Say that a link is none, or none any more, and where orders are."""
    body = f'<p>{_OVER}</p><p><a href="/orders">Masuk ke Pasok</a> untuk melihat pesanan Anda.</p>'
    return _page(title="Tautan tidak berlaku", body=body)


def said_page(title: str, text: str) -> str:
    """Show a sentence."""
    return _page(title=escape(title), body=f"<p>{escape(text)}</p>")


def _page(*, title: str, body: str) -> str:
    return _PAGE.format(title=title, style=_STYLE, body=body)
