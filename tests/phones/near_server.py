"""Pages with our scripts at a real address, since a browser's worker asks for its files past what a test answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from playwright.sync_api import Page

from service.web.offline import FORGET
from service.web.static_files import STATIC_DIR
from tests.phones.far_server import WORDS

WORKER: Final = "/static/service-worker.js?v=1"
SCRIPTS: Final = ("drafts.js", "kept.js", "queue.js")


@dataclass
class NearServer:
    """Who is logged in, and how good the line is."""

    address: str = ""
    reader: str | None = None
    news: str = ""
    is_cut: bool = False
    """Whether a page breaks off half way, as when the line goes."""

    def page(self, path: str, cookie: str) -> str:
        """Return the page of an address as whoever is logged in sees it; a public one is of nobody without a cookie."""
        who = self.reader if path != "/offline" or cookie else None
        words = " ".join(f'data-{name}="{escape(text)}"' for name, text in {**WORDS, "worker": WORKER}.items())
        scripts = "".join(f'<script src="/static/{name}?v=1" defer></script>' for name in SCRIPTS)
        reader = f' data-reader="{who}"' if who else ""
        return (
            f'<!doctype html><html lang="id"><head><title>{path}</title>{scripts}</head><body{reader}>'
            f'<header class="top"></header><main tabindex="-1"><section id="queue" tabindex="-1" hidden></section>'
            f'<template id="queue-words" {words}></template><h1>{path} / {who} {self.news}</h1>'
            '<form method="post" action="/logout" data-leaving><button id="leave">Keluar</button></form>'
            "</main></body></html>"
        )


@contextmanager
def serving() -> Iterator[NearServer]:
    """Serve on this machine, which a browser trusts as it does HTTPS."""
    server = NearServer()
    listening = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    server.address = f"http://127.0.0.1:{listening.server_address[1]}"
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()


def open_the_app(page: Page) -> None:
    """Open a page until the worker stands between it and the line."""
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.goto("/")
    assert page.evaluate("Boolean(navigator.serviceWorker.controller)")


def _handler(server: NearServer) -> type[BaseHTTPRequestHandler]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path.startswith("/static/"):
                script = (STATIC_DIR / "app" / path.rpartition("/")[2]).read_text("utf-8")
                self._say(200, script, {"Content-Type": "text/javascript", "Service-Worker-Allowed": "/"})
            else:
                page = server.page(path, self.headers.get("Cookie", ""))
                self._say(200, page, {"Content-Type": "text/html; charset=utf-8", "Set-Cookie": "session=1"})

        def do_POST(self) -> None:
            server.reader = None
            self._say(303, "", {**FORGET, "Location": "/login"})

        def _say(self, status: int, body: str, headers: dict[str, str]) -> None:
            content = body.encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content)), "Cache-Control": "no-store"}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if server.is_cut else content)

        def log_message(self, *words: object) -> None:
            pass

    return Answer
