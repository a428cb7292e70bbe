"""Follow every link that a reader is shown, from the start page on."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from service.web.site import page_behind

SPOKEN = {"aria-label", "alt", "title", "placeholder", "data-label", "data-title"}
LOADED = {("script", "src"), ("img", "src"), ("link", "href"), ("form", "action")}
IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)[0-9-]+(?=/|$)")
OF_A_KIND = 2
"""So many pages of one kind are opened: those of other things, or of other choices in a list, are drawn alike."""


@dataclass
class Seen(HTMLParser):
    """What a page says to its reader, where it leads, and what it loads."""

    said: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    silent: int = 0
    """How deep we are in what is not read out."""

    @classmethod
    def of(cls, text: str) -> Seen:
        """Read a page."""
        seen = cls()
        HTMLParser.__init__(seen)
        seen.feed(text)
        return seen

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.silent += tag in {"script", "style"}
        self.said += [value for name, value in told.items() if name in SPOKEN]
        self.loaded += [value for name, value in told.items() if (tag, name) in LOADED]
        if tag == "a" and "href" in told:
            self.links.append(told["href"])

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self.silent and data.strip():
            self.said.append(" ".join(data.split()))


@dataclass
class Crawl:
    """The answers by address, and what was wrong on the way."""

    answers: dict[str, httpx.Response] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def pages(self) -> dict[str, str]:
        """The pages by address; the rest are papers and files."""
        return {
            address: answer.text
            for address, answer in self.answers.items()
            if answer.headers.get("Content-Type", "").startswith("text/html")
        }


async def crawl(
    reader: httpx.AsyncClient,
    *,
    of_a_kind: int = OF_A_KIND,
    is_paper_wanted: bool = True,
    kinds: Counter[str] | None = None,
) -> Crawl:
    """Open the start page and whatever it leads to, a few of each kind; ``kinds``: those of others, counted along."""
    found, waiting, known = Crawl(), deque([("/", "")]), {"/"}
    kinds = Counter[str]() if kinds is None else kinds
    while waiting:
        address, came_from = waiting.popleft()
        answer = await reader.get(address, follow_redirects=True)
        found.answers[address] = answer
        if answer.status_code >= httpx.codes.BAD_REQUEST:
            found.wrong.append(f"{came_from} leads to {address}: {answer.status_code}")
            continue
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        seen = Seen.of(answer.text)
        for place in (*seen.links, *seen.loaded):
            if urlsplit(urljoin(str(answer.url), place)).hostname != answer.url.host:
                found.wrong.append(f"{address} leads elsewhere: {place}")
        for link in seen.links:
            target = urljoin(str(answer.url), link).partition("#")[0].removeprefix(str(reader.base_url).rstrip("/"))
            if target in known or kinds[kind_of(target)] >= of_a_kind or not target.startswith("/"):
                continue
            if not is_paper_wanted and page_behind(target) is None:
                continue
            known.add(target)
            kinds[kind_of(target)] += 1
            waiting.append((target, address))
    return found


def kind_of(address: str) -> str:
    """Return an address without what differs from one thing of a kind to the next."""
    parts = urlsplit(address)
    return IDS.sub("*", parts.path) + "?" + "&".join(sorted(name for name, _ in parse_qsl(parts.query)))
