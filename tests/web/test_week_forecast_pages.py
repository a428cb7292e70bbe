"""Posting a week through the pages: the menu planner, its preview, sending, withdrawing, files."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from service.domain.forecasts import ForecastStatus
from service.domain.menus import MenuDayRecipe, RecipeIngredient
from service.domain.people import Role
from service.domain.plans import PlanStatus
from service.domain.sent_files import SentFile
from service.files.columns import FORECAST_COLUMNS
from tests.factories.catalogue import new_menu_day, new_recipe
from tests.factories.items import new_item
from tests.factories.plans import WEEK, new_forecast, new_forecast_line, new_plan, new_policy, new_run

LATER = WEEK + timedelta(days=364)
ADDRESS = f"/weeks/{LATER}/forecast"


@pytest.fixture
async def kitchen(session, world):
    recipe = new_recipe()
    session.add_all([new_policy(world.region_code), new_item("RICE-M", name_id="Beras medium"), recipe])
    await session.flush()
    session.add(RecipeIngredient(recipe_id=recipe.id, item_code="RICE-M", small_milli=50_000, large_milli=80_000))
    await session.flush()
    return recipe


def menu(recipe, **more):
    said = {"form": "menu", "at": ADDRESS, f"dish.{LATER}.0": recipe.code, f"small.{LATER}": "10"}
    return said | {f"large.{LATER}": "20"} | more


async def test_a_menu_is_kept_as_a_draft_and_then_sent(page_as, kitchen):
    browser = page_as(Role.KITCHEN_HEAD)
    kept = await browser.post(ADDRESS, data=menu(kitchen, then="save"))
    assert (kept.status_code, kept.headers["Location"]) == (303, f"{ADDRESS}?said=draft_saved")
    page = await browser.get(ADDRESS)
    named = {name: page.text.split(f'name="{name}" value="')[1].split('"')[0] for name in ("forecast_id", "version")}
    sent = await browser.post(ADDRESS, data=menu(kitchen, then="submit", **named))
    assert sent.headers["Location"] == f"/weeks/{LATER}?said=forecast_submitted"
    assert "sudah dikirim" in (await browser.get(f"/weeks/{LATER}")).text
    stale = await browser.post(ADDRESS, data=menu(kitchen, then="save", **named))
    assert stale.status_code in {303, 409, 412}


async def test_the_cost_is_shown_while_it_is_typed(page_as, kitchen):
    page = await page_as(Role.KITCHEN_ACCOUNTANT).post(
        f"{ADDRESS}/preview", data=menu(kitchen), headers={"HX-Request": "true"}
    )
    assert page.status_code == 200
    assert "<html" not in page.text
    assert "Beras medium" in page.text
    assert "Rp" in page.text


async def test_without_javascript_the_cost_is_a_page_with_what_was_typed(page_as, kitchen):
    page = await page_as(Role.KITCHEN_HEAD).post(f"{ADDRESS}/preview", data=menu(kitchen))
    assert page.status_code == 200
    assert f'name="small.{LATER}" type="text" value="10"' in page.text
    assert "Biaya bahan" in page.text


async def test_goods_that_nobody_knows_are_told_beside_their_row(page_as, kitchen):
    more = {"item.0": "Emas batangan", "day.0": str(LATER), "qty.0": "3"}
    page = await page_as(Role.KITCHEN_HEAD).post(ADDRESS, data=menu(kitchen, then="save", **more))
    assert page.status_code == 422
    assert 'id="menu-item.0-wrong"' in page.text
    assert 'value="Emas batangan"' in page.text


async def test_goods_of_a_new_row_have_a_price_limit_that_is_kept(page_as, kitchen):
    browser = page_as(Role.KITCHEN_HEAD)
    row = {"item.0": "RICE-M", "day.0": str(LATER), "qty.0": "3", "limit.0": "banyak"}
    refused = await browser.post(ADDRESS, data=menu(kitchen, then="save", **row))
    assert refused.status_code == 422
    assert 'id="menu-limit.0-wrong"' in refused.text
    assert 'name="limit.0" type="text" value="banyak"' in refused.text
    await browser.post(ADDRESS, data=menu(kitchen, then="save", **row | {"limit.0": "12.500"}))
    shown = (await browser.get(ADDRESS)).text
    assert 'name="limit.0" type="text" value="12500"' in shown
    assert 'name="limit.1" type="text" value=""' in shown


async def test_a_refused_menu_is_drawn_with_every_row_that_was_sent_and_no_other(page_as, session, kitchen):
    """The page that was sent may be the answer to another form: with more rows than the stored draft, or fewer."""
    browser, last, many = page_as(Role.KITCHEN_HEAD), 7, 10
    session.add_all([other := new_recipe(code="STEW", name_id="Semur"), new_item("SOAP", name_id="Sabun")])
    session.add_all(new_item(f"GOODS-{row}", name_id=f"Barang ke-{row}") for row in range(many))
    await session.flush()
    stored = {}
    for row in range(many):
        stored |= {f"item.{row}": f"GOODS-{row}", f"day.{row}": str(LATER), f"qty.{row}": f"{row + 1}"}
    assert (await browser.post(ADDRESS, data=menu(kitchen, then="save", **stored))).status_code == 303
    sent = {f"dish.{LATER}.{place}": kitchen.code for place in range(1, 5)} | {f"dish.{LATER}.5": other.code}
    sent |= {f"small.{LATER}.5": "7", f"large.{LATER}.5": "9", f"item.{last}": "Sabun", f"qty.{last}": "banyak"}
    sent |= {f"item.{row}": "" for row in range(last)} | {f"strict.{last}": "yes", f"day.{last}": str(LATER)}
    refused = await browser.post(ADDRESS, data=menu(kitchen, then="submit", **sent))
    assert refused.status_code == 422
    form = refused.text.split('id="menu"')[1]
    assert f'name="qty.{last}" type="text" value="banyak"' in form
    assert f'name="strict.{last}" value="yes"' in form
    assert [value for value in re.findall(r'name="item.\d+"[^>]* value="([^"]*)"', form) if value] == ["Sabun"]
    assert re.findall(r'name="qty.\d+" type="text" value="(\d+)"', form) == []
    assert f'name="item.{last + 1}"' not in form, "there are rows enough that are empty"
    assert 'value="STEW" selected' in form.split(f'name="dish.{LATER}.5"')[1].split("</select>")[0]
    assert f'name="dish.{LATER}.6"' in form
    assert f'name="large.{LATER}.5" type="text" value="9"' in form


def listed(*rows):
    header = ";".join(column.title for column in FORECAST_COLUMNS[:4])
    return {"file": ("a.csv", "\r\n".join((header, *rows)).encode(), "text/csv")}


async def test_a_file_is_tried_and_its_good_rows_are_taken_without_sending_it_again(page_as, kitchen, session):
    browser, address = page_as(Role.KITCHEN_HEAD), f"{ADDRESS}/import"
    files = listed(f"RICE-M;{LATER};20;kg", f"BATU;{LATER};20;kg")
    tried = await browser.post(address, data={"then": "try"}, files=files)
    assert "1 baris baik, 1 baris salah." in tried.text
    assert "Baris 3: kode barang: " in tried.text
    kept = {"form": "file", "kept": kept_in(tried), "then": "good"}
    taken = await browser.post(address, data=kept)
    assert taken.headers["Location"] == f"{ADDRESS}?said=file_taken"
    assert (await session.scalars(sa.select(SentFile))).all() == []
    gone = await browser.post(address, data=kept)
    assert gone.status_code == 422
    assert "sudah tidak disimpan" in gone.text.split('id="file-file-wrong"')[1][:80]
    assert (await browser.get(f"{ADDRESS}/template")).text.startswith("\ufeffkode_barang")


async def test_a_file_of_somebody_else_is_as_one_that_was_never_sent(page_as, kitchen, session):
    address, files = f"{ADDRESS}/import", listed(f"RICE-M;{LATER};20;kg")
    kept = kept_in(await page_as(Role.KITCHEN_HEAD).post(address, data={"then": "try"}, files=files))
    other = page_as(Role.KITCHEN_ACCOUNTANT)
    answers = [await other.post(address, data={"kept": one, "then": "all"}) for one in (kept, str(uuid4()), "x")]
    assert {answer.status_code for answer in answers} == {422}
    assert all("sudah tidak disimpan" in answer.text for answer in answers)
    assert len((await session.scalars(sa.select(SentFile))).all()) == 1


async def test_only_a_persons_last_files_are_kept_each_once(page_as, kitchen, session):
    browser, address = page_as(Role.KITCHEN_HEAD), f"{ADDRESS}/import"
    tried = [
        kept_in(await browser.post(address, data={"then": "try"}, files=listed(f"RICE-M;{LATER};{qty};kg")))
        for qty in (10, 20, 30, 40, 40)
    ]
    assert tried[-1] == tried[-2]
    assert {str(one.id) for one in (await session.scalars(sa.select(SentFile))).all()} == set(tried[1:])


def kept_in(page):
    return page.text.split('name="kept" value="')[1].split('"')[0]


async def test_the_field_assistant_posts_nothing(page_as):
    assert (await page_as(Role.FIELD_ASSISTANT).get(ADDRESS)).status_code == 403


async def test_the_menu_of_an_older_week_is_copied(page_as, session, world, kitchen):
    browser = page_as(Role.KITCHEN_HEAD)
    await browser.post(ADDRESS, data=menu(kitchen, then="submit"))
    later = LATER + timedelta(days=21)
    address = f"/weeks/{later}/forecast"
    assert f'value="{LATER}"' in (await browser.get(address)).text
    wrong = {"form": "copy", "at": address, "from": (LATER + timedelta(days=1)).isoformat()}
    assert (await browser.post(f"{address}/copy", data=wrong)).status_code == 422
    done = await browser.post(f"{address}/copy", data=wrong | {"from": LATER.isoformat()})
    assert (done.status_code, done.headers["Location"]) == (303, f"{address}?said=week_copied")
    assert f'name="small.{later}" type="text" value="10"' in (await browser.get(address)).text


async def test_a_week_is_filled_from_the_menu_cycle_and_kept_only_when_it_is_sent(page_as, session, kitchen):
    other = new_recipe(code="STEW", name_id="Semur")
    days = [new_menu_day(1, name_id="Hari satu"), new_menu_day(2, name_id="Hari dua")]
    session.add_all([other, *days])
    await session.flush()
    session.add(RecipeIngredient(recipe_id=other.id, item_code="RICE-M", small_milli=1_000, large_milli=1_000))
    session.add(MenuDayRecipe(menu_day_id=days[0].id, recipe_id=other.id))
    session.add(MenuDayRecipe(menu_day_id=days[1].id, recipe_id=kitchen.id))
    await session.flush()
    browser, goods = page_as(Role.KITCHEN_HEAD), {"item.0": "RICE-M", "day.0": str(LATER), "qty.0": "3"}
    shown = await browser.post(f"{ADDRESS}/cycle", data=menu(kitchen, cycle_day="1", **goods))
    assert shown.status_code == 200, shown.text
    assert f"{kitchen.name_id} → Semur" in shown.text
    assert f'name="at" value="{ADDRESS}"' in shown.text
    assert shown.text.count('value="STEW" selected') == 3  # Monday, Wednesday, Friday
    assert f'name="small.{LATER}" type="text" value="10"' in shown.text
    assert 'name="qty.0" type="text" value="3"' in shown.text
    assert "selected" not in (await browser.get(ADDRESS)).text.split("Barang lain")[0].split("Porsi kecil", 1)[1]
    unknown = await browser.post(f"{ADDRESS}/cycle", data=menu(kitchen, cycle_day="3"))
    assert (unknown.status_code, 'id="menu-cycle_day-wrong"' in unknown.text) == (422, True)
    await browser.post(ADDRESS, data=menu(kitchen, then="submit"))
    later = f"/weeks/{LATER + timedelta(days=7)}/forecast"
    assert '<option value="1" selected>1. Hari satu</option>' in (await browser.get(later)).text  # after day two


@pytest.fixture
async def late_week(session, world, clock):
    """A week whose cut-off is over: 40 kg of rice count, and a draft of 30 kg was never sent."""
    policy = new_policy(world.region_code)
    policy.values = {**policy.values, "cut_off_weekday": 0}
    session.add_all([policy, new_item("RICE-M", name_id="Beras medium")])
    cut_off = clock.now.replace(day=23, hour=5)
    counts = new_forecast(world.kitchen, created_at=cut_off - timedelta(hours=2))
    draft = new_forecast(world.kitchen, revision=2, status=ForecastStatus.DRAFT, created_at=cut_off)
    session.add_all([counts, draft])
    await session.flush()
    session.add_all([new_forecast_line(counts), new_forecast_line(draft, demanded_qty=30_000)])
    await session.flush()
    return policy, counts, draft


async def shown_qty(browser, counts):
    """What the correction starts from; it always corrects the revision that counts."""
    page = (await browser.get(f"/weeks/{WEEK}/forecast")).text
    assert f'name="forecast_id" value="{counts.id}"' in page
    return page.split('name="qty.0" type="text" value="')[1].split('"')[0]


async def test_a_correction_starts_from_what_counts_and_not_from_a_draft_that_was_never_sent(
    page_as, late_week, session
):
    _, counts, draft = late_week
    draft.created_at -= timedelta(hours=1)
    await session.flush()
    assert await shown_qty(page_as(Role.KITCHEN_HEAD), counts) == "40"


async def test_a_correction_starts_from_a_draft_made_for_it_until_a_plan_is_published(page_as, late_week, session):
    policy, counts, _ = late_week
    browser = page_as(Role.KITCHEN_HEAD)
    assert await shown_qty(browser, counts) == "30"
    run = new_run(policy)
    session.add(run)
    await session.flush()
    session.add(new_plan(run, status=PlanStatus.PUBLISHED))
    await session.flush()
    assert await shown_qty(browser, counts) == "40"


async def test_a_correction_starts_from_the_last_one_and_not_from_the_draft_before_it(page_as, late_week, session):
    _, counts, _ = late_week
    counts.revision = 3
    await session.flush()
    assert await shown_qty(page_as(Role.KITCHEN_HEAD), counts) == "40"
