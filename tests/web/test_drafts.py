"""Whatever is typed into any form is still there when its page is left, as by a battery that dies after any field."""

import re

from service.domain.people import Role
from tests.web.browsing import a_browser, a_phone
from tests.web.crawling import crawl
from tests.web.leaving import lost_by_leaving

NAME = re.compile(r'name="form" value="([\w-]+)"')
TRIED = {
    "answers",
    "cap",
    "document",
    "exception",
    "load",
    "menu",
    "new",
    "offer",
    "pay",
    "policy",
    "proposals",
    "quotas",
    "recall",
    "remains",
    "reversal",
    "run",
    "status",
    "user",
    "what-if",
}
"""Forms with fields that must be among those that were reached, so that the test is one."""
RECALL = "/recalls/new?item_code=RICE-M&from_date=2026-11-01&to_date=2026-12-30"


async def test_what_is_typed_into_any_form_is_back_after_its_page_was_left(page_as, later_world):
    wrong, tried, files = [], set(), {}
    async with a_browser() as browser:
        for role in Role:
            reader = page_as(role)
            pages = (await crawl(reader, of_a_kind=1, is_paper_wanted=False)).pages
            if role is Role.FOOD_OFFICER:
                pages[RECALL] = (await reader.get(RECALL)).text
            async with a_phone(browser, reader, files) as (page, said):
                for address, text in pages.items():
                    forms = set(NAME.findall(text)) - tried
                    if forms:
                        tried |= forms
                        await page.goto(address)
                        wrong += await lost_by_leaving(page, address)
                wrong += said
    assert wrong == []
    assert tried >= TRIED


async def test_what_is_typed_at_the_scales_and_after_is_back_after_its_page_was_left(page_as, drop):
    (delivery, line), kitchen = drop, page_as(Role.KITCHEN_HEAD)
    scales = f"/deliveries/{delivery.id}/receipt"
    async with a_browser() as browser, a_phone(browser, kitchen) as (page, said):

        async def left(address, form):
            await page.goto(address)
            assert form in NAME.findall(await page.content())
            return await lost_by_leaving(page, address)

        wrong = await left(scales, "weighing")
        await kitchen.post(scales, data={"form": "weighing", f"choice.{line.id}": "all"})
        weighed = (await kitchen.get(scales)).text
        signatures = re.search(r'action="(/receipts/[^"]+)/signatures"', weighed)
        for role, version in ((Role.KITCHEN_HEAD, "1"), (Role.COOP_OFFICER, "2")):
            form = {"form": "signature", "version": version}
            await page_as(role).post(f"{signatures[1]}/signatures", data=form)
        wrong += await left(f"{signatures[1]}/late-rejects", "late")
    assert wrong + said == []


async def test_a_phone_that_keeps_nothing_is_found_out(page_as, later_world):
    async with a_browser() as browser, a_phone(browser, page_as(Role.COOP_OFFICER)) as (page, _):
        await page.add_init_script("Storage.prototype.setItem = () => {}")
        await page.goto("/offers/new")
        wrong = await lost_by_leaving(page, "/offers/new")
    assert any("offered_qty is not kept" in one for one in wrong)
    assert any("offer offered_qty" in one and "came back as ''" in one for one in wrong)
