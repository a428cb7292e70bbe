"""A wholesaler divides a stock in a browser, with and without JavaScript; every file that is offered comes down."""

import pytest
import sqlalchemy as sa

from service.domain.people import Role
from service.domain.stocks import Stock
from service.files.reading import kind_of, read_table
from tests.web.browsing import a_browser, a_phone


@pytest.mark.parametrize("runs_scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
async def test_quotas_are_set_and_what_cannot_be_is_told_beside_its_field(
    page_as, later_world, things, session, runs_scripts
):
    place = f"/stocks/{things['stock_id'].value}/quotas"
    async with (
        a_browser() as browser,
        a_phone(browser, page_as(Role.WHOLESALER), runs_scripts=runs_scripts) as (page, wrong),
    ):
        await page.goto(place)
        field = page.get_by_label("Kuota")
        for typed, told in (("1000000", "Antara 0 dan"), ("sepuluh", "Bukan angka")):
            await field.fill(typed)
            await page.get_by_role("button", name="Simpan kuota").click()
            beside = page.locator("fieldset small.wrong")
            await beside.wait_for()
            assert told in await beside.inner_text()
            assert await field.input_value() == typed, "what was typed stays"
            assert await field.get_attribute("aria-invalid") == "true"
            assert await beside.get_attribute("id") in await field.get_attribute("aria-describedby")
        await field.fill("3")
        await page.get_by_role("button", name="Simpan kuota").click()
        await page.wait_for_url("**/stocks?said=quotas_set")
        assert "Kuota cabang: 3 kemasan" in await page.locator("main").inner_text()
        await page.goto(place)
        assert await page.get_by_label("Kuota").input_value() == "3"
        assert wrong == []
    quotas = await session.scalars(sa.select(Stock.packs).where(Stock.pool_id == things["stock_id"].value))
    assert quotas.all() == [3]


async def test_every_file_that_is_offered_comes_down_and_opens(page_as, later_world):
    async with a_browser() as browser, a_phone(browser, page_as(Role.AUDITOR)) as (page, _):
        await page.goto("/exports?week=2026-11-30")
        links = page.locator(".files a")
        count = await links.count()
        names = set()
        for place in range(count):
            link = links.nth(place)
            label = await link.get_attribute("aria-label")
            async with page.expect_download() as coming:
                await link.click()
            download = await coming.value
            path = await download.path()
            content = path.read_bytes()
            assert download.suggested_filename.endswith(kind_of(content).value), (label, download.suggested_filename)
            assert read_table(content, kind_of(content)).header, label
            names.add(download.suggested_filename)
        assert count > 20
        assert len(names) == count, "no two files overwrite each other in the reader's folder"
