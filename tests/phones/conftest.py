"""A browser for phones, and one phone that has no line."""

import random
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.looking import launched
from tests.phones.far_server import Edit, FarServer, Line, Nature


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright, launched(playwright) as browser:
        yield browser


@pytest.fixture
def order(chromium: Browser) -> Iterator[tuple[FarServer, Page]]:
    """One form of each of two people on a phone that has no line."""
    edits = [Edit("ani-0", "ani", Nature.GOOD, "12 kg"), Edit("budi-0", "budi", Nature.GOOD, "7 kg")]
    server = FarServer(
        random.Random(1), {edit.target: edit for edit in edits}, lines={Line.LOST_THERE: 1.0}, reader="ani"
    )
    context = chromium.new_context()
    context.route("**/*", server.serve)
    yield server, context.new_page()
    context.close()
