"""The far end of a bad line: takes each form once, as the service does, or loses it on the way there or back."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from html import escape
from typing import Final
from urllib.parse import parse_qsl

from playwright.sync_api import Request, Route

from service.web.offline import FORGET
from service.web.static_files import STATIC_DIR

SCRIPTS: Final = {name: (STATIC_DIR / "app" / name).read_text("utf-8") for name in ("drafts.js", "kept.js", "queue.js")}
OF_ANOTHER: Final = 412
WIPES: Final = """<script>
    localStorage.clear();
    indexedDB.open("pasok", 1).onsuccess = ({ target }) =>
        target.result.transaction("queue", "readwrite").objectStore("queue").clear();
</script>"""
"""What a browser does for a header that says "storage"; it does not read that of an answer which is made here."""
WORDS: Final = {
    "worker": "/none.js",
    "waiting": "{} menunggu",
    "again": "Coba kirim sekarang",
    "remove": "Hapus",
    "sure": "Hapus?",
    "leaving": "{} belum terkirim",
    "untaken": "Tidak diterima",
    "untaken-advice": "Periksa",
}


class Nature(StrEnum):
    """What the service says to an edit."""

    GOOD = "good"
    BAD = "bad"  # refused for good, with a reason
    EARLY = "early"  # refused until something else has come
    UNREAD = "unread"  # never read: too large, as far as a proxy is concerned


class Line(StrEnum):
    """What happens to what is sent."""

    WHOLE = "whole"
    LOST_THERE = "lost there"
    LOST_BACK = "lost back"
    BROKEN = "broken"  # an error page of the server
    BUSY = "busy"
    PORTAL = "portal"  # somebody else's page, as hotels and airports show


@dataclass
class Edit:
    """What a person typed into the form of a thing of theirs."""

    target: str
    owner: str
    nature: Nature
    typed: str
    is_photo: bool = False
    """Chosen as a file, beside other forms: not kept until it is sent, and told of where it was chosen."""
    stands_on: bool = False
    """Its form is there after it was done too, as that of an order whose other lines are still open."""


@dataclass
class FarServer:
    """The service as a phone sees it: who is logged in, what was done, what was said about it."""

    chances: random.Random
    edits: dict[str, Edit]
    scripts: dict[str, str] = field(default_factory=lambda: SCRIPTS)
    left: dict[str, str] = field(default_factory=lambda: FORGET)
    brings_page: bool = False
    """Whether an answer brings the next page along, as the service's does."""
    reader: str | None = None
    lines: dict[Line, float] = field(default_factory=lambda: {Line.WHOLE: 0.4, Line.LOST_THERE: 0.6})
    answers: dict[str, dict[str, object]] = field(default_factory=dict)
    effects: Counter[str] = field(default_factory=Counter)
    told: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    early: Counter[str] = field(default_factory=Counter)

    def serve(self, route: Route) -> None:
        """Answer a request, or lose it."""
        request = route.request
        path = request.url.split("/", 3)[3].partition("?")[0]
        if path.endswith(".js"):
            route.fulfill(body=self.scripts.get(path, ""), content_type="text/javascript")
        elif request.method == "GET":
            route.fulfill(body=self.page(), content_type="text/html; charset=utf-8")
        else:
            self._take(route, path)

    def _take(self, route: Route, path: str) -> None:
        if path == "plain":  # without the queue in between a page comes back, or the browser says that none does
            self.told.add(_fields_of(route.request)["target"])
        line = self.chances.choices(list(self.lines), list(self.lines.values()))[0]
        if line is Line.LOST_THERE:
            route.abort()
        elif line in {Line.BROKEN, Line.BUSY, Line.PORTAL}:
            status = {Line.BROKEN: 500, Line.BUSY: 503, Line.PORTAL: 200}[line]
            route.fulfill(status=status, body="<h1>Maaf</h1>", content_type="text/html")
        elif path == "logout":
            self.reader = None
            wipes = WIPES if "storage" in self.left["Clear-Site-Data"] else ""
            route.fulfill(body=self.page() + wipes, headers={**self.left, "Content-Type": "text/html"})
        else:
            status, answer, once = self._answer(_fields_of(route.request))
            if line is Line.LOST_BACK:
                route.abort()
            else:
                self._say(route, path, status, answer, once)

    def _say(self, route: Route, path: str, status: int, answer: dict[str, object], once: str) -> None:
        headers = {"Set-Cookie": f"pasok_taken={once}; Path=/"} if answer.get("outcome") == "done" else {}
        if status == OF_ANOTHER:
            headers["Pasok-Problem"] = "other_reader"
        if path == "queued":
            if answer.get("outcome") == "refused" and answer["is_final"] and self.edits[str(answer["target"])].is_photo:
                self.told.add(str(answer["target"]))
            kind = "application/json" if status in {200, 401} else "text/html"
            page = {"page": self.page()} if self.brings_page else {}
            route.fulfill(status=status, body=json.dumps({**answer, **page}), headers={**headers, "Content-Type": kind})
            return
        if status == OF_ANOTHER:
            route.fulfill(
                status=status, body="<h1>Formulir ini dibuka oleh pengguna lain</h1>", content_type="text/html"
            )
            return
        route.fulfill(
            body=self.page(is_told=answer.get("outcome") != "done"),
            headers={**headers, "Content-Type": "text/html; charset=utf-8"},
        )

    def _answer(self, fields: dict[str, str]) -> tuple[int, dict[str, object], str]:
        once, target = fields.get("once", ""), fields.get("queued_target") or fields.get("target", "")
        edit = self.edits[target]
        if self.reader is None:
            return 401, {}, once
        if fields["reader"] != self.reader:
            return OF_ANOTHER, {}, once
        if edit.owner != self.reader:
            self.wrong.append(f"{self.reader} sent what {edit.owner} had typed")
        if fields.get("typed") != edit.typed:
            self.wrong.append(f"{target} came as {fields.get('typed')!r} instead of {edit.typed!r}")
        if edit.nature is Nature.UNREAD:
            return 413, {"target": target}, once
        if once not in self.answers:
            answer = self._do(edit)
            if not answer["is_final"]:
                return 200, answer, once
            self.answers[once] = answer
        return 200, self.answers[once], once

    def _do(self, edit: Edit) -> dict[str, object]:
        refused = {"outcome": "refused", "is_final": True, "title": "Ditolak", "advice": "Periksa", "location": "/"}
        if edit.nature is Nature.EARLY and self.early[edit.target] < 2:
            self.early[edit.target] += 1
            return {**refused, "is_final": False, "target": edit.target}
        if edit.nature is Nature.BAD or self.effects[edit.target]:
            return {**refused, "target": edit.target}
        self.effects[edit.target] += 1
        return {"outcome": "done", "is_final": True, "location": "/", "target": edit.target}

    def page(self, *, is_told: bool = False) -> str:
        """Return the page of whoever is logged in: a form for each thing that has not been done yet."""
        told = '<section data-focus tabindex="-1">Ditolak</section>' if is_told else ""
        forms = "".join(
            self._photo_form(one.target) if one.is_photo else self._form(one.target)
            for one in self.edits.values()
            if one.owner == self.reader and (one.stands_on or not self.effects[one.target])
        )
        words = " ".join(f'data-{name}="{escape(text)}"' for name, text in WORDS.items())
        scripts = "".join(f'<script src="/{name}" defer></script>' for name in self.scripts)
        reader = f' data-reader="{self.reader}"' if self.reader else ""
        return (
            f'<!doctype html><html lang="id"><head><title>Pesanan</title>'
            f"{scripts}</head><body{reader}>"
            f'<header class="top"></header><main tabindex="-1"><section id="queue" tabindex="-1" hidden></section>'
            f'<template id="queue-words" {words}></template><h1>Pesanan</h1>{told}{forms}'
            '<form method="post" action="/logout" data-leaving><button id="leave">Keluar</button></form>'
            "</main></body></html>"
        )

    def _form(self, target: str) -> str:
        note = f'<input name="note" id="{target}-note"><button type="submit" form="photo-{target}">Foto</button>'
        return f'<form {self._carried(target)}<input name="typed" id="{target}"><button>Kirim</button>{note}</form>'

    def _photo_form(self, target: str) -> str:
        field = f'<input type="file" name="typed" id="{target}" form="photo-{target}">'
        beside = f'{field}<button form="photo-{target}">Kirim</button><p id="photo-{target}-told"></p>'
        return (
            f'{beside}<form id="photo-{target}" enctype="multipart/form-data" data-stays="Tersimpan"'
            f' data-waits="Menunggu" {self._carried(target)}</form>'
        )

    def _carried(self, target: str) -> str:
        return (
            f'method="post" action="/plain" data-offline="kind" data-target="{target}" data-part="{target}"'
            f' data-title="{target}"><input type="hidden" name="once" value="{self.chances.getrandbits(120)}">'
            f'<input type="hidden" name="form" value="answers"><input type="hidden" name="at" value="/">'
            f'<input type="hidden" name="target" value="{target}">'
            f'<input type="hidden" name="reader" value="{self.reader}">'
        )


def _fields_of(request: Request) -> dict[str, str]:
    """Return the fields of a form, however it is written."""
    body = request.post_data_buffer or b""
    kind = request.headers.get("content-type", "")
    if "multipart" not in kind:
        return dict(parse_qsl(body.decode()))
    boundary = kind.split("boundary=")[1]
    parts = body.decode().split(f"--{boundary}")[1:-1]
    split = (part.removeprefix("\r\n").removesuffix("\r\n").split("\r\n\r\n", 1) for part in parts)
    return {head.split('name="')[1].split('"')[0]: text for head, text in split}
