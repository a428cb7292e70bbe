"""A real browser before the application of a test: what it asks for is answered over the test's own transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from playwright.async_api import Browser, Page, Route, async_playwright

from service.web.asked import WAITS
from tests.api.conftest import BASE_URL
from tests.browser.looking import AXE, AXE_FINDS, DESKTOP, PHONE, RULES, system_browser

UNTOLD = {"content-encoding", "content-length", "transfer-encoding"}
"""Headers about how an answer travelled here."""
TOLD = {"content-type", "hx-request", WAITS.lower()}
"""Headers of a request that say what is asked for."""
GO_ON = '<meta http-equiv="refresh" content="0; url={}">'
"""Instead of a redirect, which not every browser asks us about: some look for the test's address on the network."""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """A browser without a window, ended after the block."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**system_browser())
        yield browser
        await browser.close()


@asynccontextmanager
async def a_phone(
    browser: Browser,
    reader: httpx.AsyncClient,
    files: dict[str, httpx.Response] | None = None,
    *,
    runs_scripts: bool = True,
) -> AsyncIterator[tuple[Page, list[str]]]:
    """A phone of whoever ``reader`` is logged in as, and what went wrong on it; ``files``: those that never change."""
    context = await browser.new_context(
        base_url=BASE_URL,
        viewport={"width": PHONE.width, "height": PHONE.height},
        locale="id-ID",
        service_workers="block",
        java_script_enabled=runs_scripts,
    )
    await context.add_init_script(AXE)
    kept = {} if files is None else files
    asked_for = asyncio.Lock()  # all requests share the test's one connection

    async def answer(route: Route) -> None:
        asked = route.request
        async with asked_for:
            given = kept.get(asked.url) or await reader.request(
                asked.method,
                asked.url,
                follow_redirects=asked.method == "GET",
                content=asked.post_data_buffer,
                headers={name: text for name, text in asked.headers.items() if name in TOLD},
            )
        if "/static/" in asked.url:
            kept[asked.url] = given
        if given.is_redirect and asked.is_navigation_request():
            await route.fulfill(content_type="text/html", body=GO_ON.format(given.headers["location"]))
            return
        headers = {name: value for name, value in given.headers.items() if name not in UNTOLD}
        await route.fulfill(status=given.status_code, body=given.content, headers=headers)

    await context.route("**/*", answer)
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    yield page, wrong
    await page.goto("about:blank")
    await context.unroute_all(behavior="wait")
    await context.close()


async def looked_at(page: Page, address: str) -> list[str]:
    """Return what is wrong with a page on a phone and on a desk."""
    wrong = []
    await page.set_viewport_size({"width": PHONE.width, "height": PHONE.height})
    await page.goto(address)
    for screen in (PHONE, DESKTOP):
        await page.set_viewport_size({"width": screen.width, "height": screen.height})
        wide = await page.evaluate(TOO_WIDE)
        wrong += [f"{address} is {wide} px wider than {screen.width} px"] if wide > 0 else []
        if screen is DESKTOP and await page.locator("table").count() == 0:
            continue  # only tables are other elements there: blocks on a phone
        for one in await page.evaluate(AXE_FINDS, RULES):
            where = [node["html"][:160] for node in one["nodes"][:3]]
            wrong.append(f"{address} at {screen.width} px: {one['id']}: {one['help']}: {where}")
    return wrong
