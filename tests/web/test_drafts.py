"""Whatever is typed into any form is still there when its page is left, as by a battery that dies after any field."""

import re

from service.domain.people import Role
from tests.factories.catalogue import new_recipe
from tests.factories.plans import WEEK, new_forecast, new_policy
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
        wrong = await lost_of(page, scales, "weighing")
        await kitchen.post(scales, data={"form": "weighing", f"choice.{line.id}": "all"})
        weighed = (await kitchen.get(scales)).text
        signatures = re.search(r'action="(/receipts/[^"]+)/signatures"', weighed)
        for role, version in ((Role.KITCHEN_HEAD, "1"), (Role.COOP_OFFICER, "2")):
            form = {"form": "signature", "version": version}
            await page_as(role).post(f"{signatures[1]}/signatures", data=form)
        late = f"{signatures[1]}/late-rejects"
        wrong += await lost_of(page, late, "late")
        invoice = await paid(page_as(Role.KITCHEN_ACCOUNTANT))
        qty = re.search(r'name="(qty\.[^"]+)"', (await kitchen.get(late)).text)[1]
        await kitchen.post(late, data={"form": "late", qty: "2", qty.replace("qty", "reason"): "spoiled"})
    async with a_browser() as browser, a_phone(browser, page_as(Role.COOP_OFFICER)) as (page, more_said):
        wrong += await lost_of(page, invoice, "refund")
    assert wrong + said + more_said == []


async def test_why_demand_is_taken_back_late_is_back_after_the_page_was_left(page_as, session, world):
    over = new_policy(world.region_code)
    over.values = {**over.values, "cut_off_weekday": 0}
    session.add_all([over, new_recipe(), new_forecast(world.kitchen)])
    await session.flush()
    async with a_browser() as browser, a_phone(browser, page_as(Role.KITCHEN_HEAD)) as (page, said):
        wrong = await lost_of(page, f"/weeks/{WEEK}/forecast", "withdrawal")
        assert "withdrawal-reason" in await page.content()
    assert wrong + said == []


async def lost_of(page, address, form):
    """Open a page that must have the form, and leave it after each field; return what is lost."""
    await page.goto(address)
    assert form in NAME.findall(await page.content())
    return await lost_by_leaving(page, address)


async def paid(accountant):
    """Pay the only invoice in whole; return its address."""
    address = re.search(r"/invoices/[^/]+/payments", (await accountant.get("/payments")).text)[0]
    form = (await accountant.get(address)).text
    known = {name: re.search(rf'name="{name}"[^>]*value="([^"]+)"', form)[1] for name in ("amount_idr", "paid_on")}
    await accountant.post(address, data={"form": "pay", "reference": "TRX-9", **known})
    return address


async def test_a_phone_that_keeps_nothing_is_found_out(page_as, later_world):
    async with a_browser() as browser, a_phone(browser, page_as(Role.COOP_OFFICER)) as (page, _):
        await page.add_init_script("Storage.prototype.setItem = () => {}")
        await page.goto("/offers/new")
        wrong = await lost_by_leaving(page, "/offers/new")
    assert any("offered_qty is not kept" in one for one in wrong)
    assert any("offer offered_qty" in one and "came back as ''" in one for one in wrong)
