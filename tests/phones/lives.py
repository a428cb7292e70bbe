"""A phone's day on a bad line, drawn from a seed: two people, several forms, a battery that dies, tabs, log-outs.

What must be true of every edit that was sent, once the line is good and its owner has logged in: it was done once, or
it is shown as refused, or its owner took it back, or, if the phone had not kept it yet, it stands in its form as typed.
A photo that the phone had not kept yet must be chosen again.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests.phones.far_server import SCRIPTS, Edit, FarServer, Line, Nature

PEOPLE: Final = ("ani", "budi")
HOME: Final = "https://phone.test/"
STEPS: Final = (5, 16)
LONGEST_PAUSE_MS: Final = 25
PHOTOS: Final = 0.3
ROUNDS: Final = 15
NATURES: Final = {Nature.GOOD: 6, Nature.BAD: 2, Nature.EARLY: 1, Nature.UNREAD: 2}

KEPT: Final = """() => Promise.race([new Promise((_, no) => setTimeout(no, 3000, "no answer")), (async () => {
    const opened = await new Promise((done) => {
        const request = indexedDB.open("pasok", 1);
        request.onupgradeneeded = () => request.result.createObjectStore("queue", { keyPath: "id" });
        request.onsuccess = () => done(request.result);
    });
    const all = await new Promise((done) => {
        const request = opened.transaction("queue").objectStore("queue").getAll();
        request.onsuccess = () => done(request.result);
    });
    opened.close();
    return { queue: all, drafts: { ...localStorage } };
})()])"""

SURE: Final = """window.confirm = (said) => {
    if (said !== document.getElementById("queue-words").dataset.sure) loggingOut(document.body.dataset.reader);
    return true;
}"""
"""Whoever is asked is sure; whoever logs out gives up the whole queue, with what was sent while they did."""

IS_CLOSED: Final = "(field) => [...field.form.elements].some((one) => one.type === 'submit' && one.disabled)"
"""Whether a form that waits already cannot be sent again."""

SAID_TO_WAIT: Final = """() => [...document.querySelectorAll("p[id$=-told]")]
    .filter((told) => told.textContent).map((told) => told.id.split("-").slice(1, -1).join("-"))"""
"""The photos of which a page says that the phone has them."""


class Life:
    """One phone from its first form to a good line."""

    def __init__(self, browser: Browser, seed: int, scripts: dict[str, str] = SCRIPTS) -> None:
        self.chances = random.Random(f"phone/{seed}")
        edits = [
            Edit(
                f"{owner}-{number}", owner, nature, f"{self.chances.randint(1, 999)} kg", self.chances.random() < PHOTOS
            )
            for owner in PEOPLE
            for number in range(self.chances.randint(1, 3))
            for nature in self.chances.choices(list(NATURES), list(NATURES.values()))
        ]
        self.server = FarServer(
            random.Random(f"line/{seed}"), {edit.target: edit for edit in edits}, scripts, reader=PEOPLE[0]
        )
        self.server.brings_page = seed % 2 == 1  # else the phone goes there, as where it needs other scripts
        self.context: BrowserContext = browser.new_context()
        self.sent: set[str] = set()
        self.taken_back: set[str] = set()
        self.seen_waiting: set[str] = set()
        self.happened: list[str] = []
        self.context.expose_function("loggingOut", self._give_up)
        self.context.add_init_script(SURE)
        self.context.route("**/*", self.server.serve)
        self.pages: list[Page] = [self._opened()]

    def live(self) -> list[str]:
        """Do a day's steps, end it with a good line, and return what is wrong."""
        deeds: dict[Callable[[], None], int] = {
            self._send: 8,
            self._line_changes: 3,
            self._line_is_back: 3,
            self._battery_dies: 2,
            self._another_tab: 3,
            self._session_ends: 1,
            self._somebody_logs_in: 3,
            self._leave: 1,
            self._take_back: 1,
        }
        try:
            for _ in range(self.chances.randint(*STEPS)):
                deed = self.chances.choices(list(deeds), list(deeds.values()))[0]
                self.happened.append(deed.__name__.strip("_"))
                with suppress(Error):  # the page went elsewhere meanwhile
                    deed()
                self._pause()
                with suppress(Error):
                    self.seen_waiting |= {one["title"] for one in self.pages[0].evaluate(KEPT)["queue"]}
                for page in self.pages:
                    with suppress(Error):
                        self.seen_waiting |= set(page.evaluate(SAID_TO_WAIT))
            return self._settled()
        finally:
            self.context.close()

    def _send(self) -> None:
        page, edit = self.chances.choice(self.pages), self.chances.choice(list(self.server.edits.values()))
        field = page.query_selector(f"#{edit.target}")
        if field is None or page.evaluate(IS_CLOSED, field):
            return
        self.happened[-1] += f" {edit.target} {edit.nature}"
        if edit.is_photo and edit.target in self.sent:
            return  # the form is free for another photo, which would be another edit
        if edit.is_photo:
            field.set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": edit.typed.encode()})
        else:
            field.fill(edit.typed)
        self.sent.add(edit.target)
        page.evaluate("(field) => field.form.requestSubmit()", field)

    def _line_changes(self) -> None:
        kinds = self.chances.sample(list(Line), self.chances.randint(1, 3))
        self.server.lines = {kind: self.chances.random() for kind in kinds}
        self.happened[-1] += f" {[kind.value for kind in kinds]}"

    def _line_is_back(self) -> None:
        for page in self.pages:
            page.evaluate("dispatchEvent(new Event('online'))")

    def _battery_dies(self) -> None:
        for page in self.pages:  # whatever a page is about ends there, as it does when a battery dies
            _go_home(page)

    def _another_tab(self) -> None:
        if len(self.pages) < len(PEOPLE):
            self.pages.append(self._opened())

    def _session_ends(self) -> None:
        self.server.reader = None

    def _somebody_logs_in(self) -> None:
        self.server.reader = self.chances.choice(PEOPLE)
        _go_home(self.chances.choice(self.pages))  # another tab still shows the page of whoever was there before

    def _leave(self) -> None:
        page = self.chances.choice(self.pages)
        if page.query_selector("#leave") is None or self.server.reader is None:
            return
        for other in self.pages:
            if other is not page:
                _close(other)
        self.pages = [page]
        self._give_up(page.evaluate("document.body.dataset.reader"))
        page.evaluate("document.getElementById('leave').form.requestSubmit()")
        self._pause()

    def _give_up(self, reader: str) -> None:
        """Take back all that a person has sent: some of it may be kept only now, yet before the page forgets all."""
        self.taken_back |= {one for one in self.sent if self.server.edits[one].owner == reader}

    def _take_back(self) -> None:
        page = self.chances.choice(self.pages)
        line = page.query_selector("#queue li")
        link = line and line.query_selector("a")
        if line is None or link is None:
            return
        title = link.inner_text()
        button = line.query_selector("button")
        if button is not None:
            self.taken_back.add(title)  # before: a page that goes elsewhere at once does not tell that it was pressed
            page.evaluate("(button) => button.click()", button)

    def _settled(self) -> list[str]:
        """Give everybody a good line in turn; return what is wrong then."""
        self.server.lines, wrong = {Line.WHOLE: 1.0}, []
        page, *others = self.pages
        for other in others:
            _close(other)
        self.pages = [page]
        for person in PEOPLE:
            self.server.reader = person
            _go_home(page)
            for _ in range(ROUNDS):
                queue = [one for one in self._kept()["queue"] if one["reader"] == person]
                if all(one.get("refusal") for one in queue):
                    break
                with suppress(Error):
                    page.evaluate("dispatchEvent(new Event('online'))")
                page.wait_for_timeout(20)
            wrong += self._unaccounted(person)
        return [f"{line} ({'; '.join(self.happened)})" for line in [*self.server.wrong, *wrong]]

    def _unaccounted(self, person: str) -> list[str]:
        kept = self._kept()
        refused = {one["title"] for one in kept["queue"] if one.get("refusal")}
        waiting = {one["title"] for one in kept["queue"] if not one.get("refusal")}
        typed = self._standing(kept) - self.seen_waiting  # what the phone once kept may not fall back to a draft
        wrong = []
        for target in sorted(one for one in self.sent if self.server.edits[one].owner == person):
            done = self.server.effects[target]
            if done > 1:
                wrong.append(f"{target} was done {done} times")
            elif target in waiting:
                wrong.append(f"{target} still waits")
            elif self.server.edits[target].is_photo and target not in self.seen_waiting:
                continue  # the battery died before it was kept
            elif not done and target not in refused | self.server.told | self.taken_back | typed:
                wrong.append(f"{target} is lost")
        return wrong

    def _standing(self, kept: dict[str, Any]) -> set[str]:
        """Return the things whose form still holds what was typed, as its owner would see it."""
        drafts = {key.split()[-1]: text for key, text in kept["drafts"].items() if key.startswith("draft ")}
        return {name for name, edit in self.server.edits.items() if edit.typed in drafts.get(name, "")}

    def _kept(self) -> dict[str, Any]:
        page = self.pages[0]
        for _ in range(ROUNDS):
            with suppress(Error):
                found: dict[str, Any] = page.evaluate(KEPT)
                return found
        _go_home(page)
        last: dict[str, Any] = page.evaluate(KEPT)
        return last

    def _opened(self) -> Page:
        page = self.context.new_page()
        _go_home(page)
        return page

    def _pause(self) -> None:
        with suppress(Error):
            self.pages[0].wait_for_timeout(self.chances.randint(0, LONGEST_PAUSE_MS))


def _go_home(page: Page) -> None:
    """Open the first page, though the page before may be going somewhere itself."""
    for _ in range(ROUNDS):
        with suppress(Error):
            page.goto(HOME)
            return


def _close(page: Page) -> None:
    """Close without waiting: whoever waits for a request that is under way may wait for ever."""
    page.close(run_before_unload=True)
