"""One's own account in the pages: the code of the phone, from its key to the login that asks for it."""

import base64
import html
import re

import pytest

from service.domain.login_challenges import CHALLENGE_FOR
from service.domain.people import Role
from service.domain.second_factors import SecondFactorPolicy
from service.workflows.credentials import hash_password
from tests.api.test_second_factors import required
from tests.factories.people import new_api_key
from tests.factories.second_factors import Phone, add_second_factor
from tests.web.test_login import kept_by

__all__ = ["required"]

PASSWORD = "tahu tempe lontong"
BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def operator(world, session):
    user = world.users[Role.CITY_OPERATOR]
    user.password_hash = await hash_password(PASSWORD)
    session.add(user)
    await session.flush()
    return user


def key_on(page: str) -> Phone:
    return Phone(base64.b32decode(re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")))


def hidden(page: str, name: str) -> str:
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', page)[1])


async def half_in(client, operator, **more) -> str:
    fields = {"form": "login", "at": "/login", "username": operator.username, "password": PASSWORD, "next": "/plans"}
    asked = await client.post("/login", data=fields | more, headers=BROWSER)
    assert asked.status_code == 200
    assert "Set-Cookie" not in asked.headers
    assert "Ketik kode dari ponsel Anda" in asked.text
    return asked.text


async def test_the_code_is_set_up_step_by_step_and_the_key_is_shown_once(page_as, clock):
    browser = page_as(Role.CITY_OPERATOR)
    assert "Atur kode dari ponsel" in (await browser.get("/account")).text
    begun = await browser.post("/account/second-factor", data={"form": "begin", "at": "/account/second-factor"})
    phone = key_on(begun.text)
    assert 'href="otpauth://totp/' in begun.text
    fields = {"form": "confirm", "at": "/account/second-factor", "code": "000000"}
    wrong = await browser.post("/account/second-factor/confirm", data=fields)
    assert wrong.status_code == 422
    assert "<code>" not in wrong.text
    assert 'aria-invalid="true"' in wrong.text
    done = await browser.post("/account/second-factor/confirm", data=fields | {"code": phone.shows(clock.now)})
    assert len(re.findall(r"<li><code>[a-z2-7-]{19}</code></li>", done.text)) == 8
    assert done.headers["Cache-Control"] == "no-store"
    again = await browser.get("/account/second-factor")
    assert "<code>" not in again.text
    assert "Kode cadangan tersisa: 8" in again.text


async def test_the_login_asks_for_the_code_and_leads_to_what_was_wanted(client, operator, session, clock):
    phone = await add_second_factor(session, operator)
    page = await half_in(client, operator)
    fields = {"form": "code", "at": "/login/second-factor", "challenge": hidden(page, "challenge"), "next": "/plans"}
    wrong = await client.post("/login/second-factor", data=fields | {"code": "000000"}, headers=BROWSER)
    assert wrong.status_code == 401
    assert "Kodenya salah" in wrong.text
    assert "kata sandi salah" not in wrong.text
    assert hidden(wrong.text, "challenge") == fields["challenge"]
    assert hidden(wrong.text, "next") == "/plans"
    entered = await client.post("/login/second-factor", data=fields | {"code": phone.shows(clock.now)}, headers=BROWSER)
    assert (entered.status_code, entered.headers["Location"]) == (303, "/plans")
    assert "HttpOnly" in entered.headers["Set-Cookie"]


async def test_a_form_that_outlived_its_session_survives_the_code_too(client, operator, session, clock):
    phone = await add_second_factor(session, operator)
    page = await half_in(client, operator, **{"kept.reason": "Panen gagal", "kept.at": "/plans"})
    fields = {
        "challenge": hidden(page, "challenge"),
        "next": "/plans",
        "kept.reason": "Panen gagal",
        "kept.at": "/plans",
    }
    assert 'name="kept.reason" value="Panen gagal"' in page
    resumed = await client.post("/login/second-factor", data=fields | {"code": phone.shows(clock.now)}, headers=BROWSER)
    assert "Panen gagal" in resumed.text


@pytest.mark.parametrize("is_password_new", [False, True])
async def test_a_code_after_its_time_is_told_as_such_and_leads_to_the_password_with_all_that_was_typed(
    client, operator, session, clock, is_password_new
):
    phone = await add_second_factor(session, operator)
    page = await half_in(client, operator, **{"kept.reason": "Panen gagal", "kept.at": "/plans"})
    if is_password_new:
        operator.password_hash = await hash_password("hujan sore kopi")
        await session.flush()
    else:
        clock.advance(seconds=CHALLENGE_FOR.total_seconds())
    fields = kept_by(page, "/login/second-factor") | {"code": phone.shows(clock.now)}
    late = await client.post("/login/second-factor", data=fields, headers=BROWSER)
    assert (late.status_code, late.headers["Pasok-Problem"]) == (401, "challenge_over")
    assert "kata sandi salah" not in late.text
    assert "lima menit" in late.text
    assert 'name="challenge"' not in late.text
    anew = kept_by(late.text, "/login")
    assert (anew["next"], anew["kept.reason"], anew["at"]) == ("/plans", "Panen gagal", "/login")
    assert 'id="login-password"' in late.text


async def test_the_page_of_the_code_begins_with_the_password(client, world):
    asked = await client.get("/login/second-factor", headers=BROWSER)
    assert (asked.status_code, asked.headers["Location"]) == (303, "/login")


async def test_it_is_turned_off_with_a_code(page_as, operator, session, clock):
    phone = await add_second_factor(session, operator)
    browser = page_as(Role.CITY_OPERATOR)
    fields = {"form": "remove", "at": "/account/second-factor", "code": phone.shows(clock.now)}
    left = await browser.post("/account/second-factor/remove", data=fields)
    assert left.headers["Location"] == "/account/second-factor?said=factor_removed"
    assert "Mulai" in (await browser.get("/account/second-factor")).text


async def test_an_administrator_turns_it_off_for_whoever_lost_the_phone(page_as, operator, session):
    await add_second_factor(session, operator)
    browser = page_as(Role.ADMINISTRATOR)
    page = (await browser.get(f"/users/{operator.id}")).text
    fields = {"form": "reset", "version": re.search(r'name="version" value="(\d+)"', page)[1]}
    left = await browser.post(f"/users/{operator.id}/second-factor/reset", data=fields)
    assert left.headers["Location"] == f"/users/{operator.id}?said=factor_reset"
    assert "/second-factor/reset" not in (await browser.get(f"/users/{operator.id}")).text


async def test_where_it_is_required_every_page_leads_to_setting_it_up(page_as, required, app):
    assert app.state.options.entry_rules.second_factor is SecondFactorPolicy.REQUIRED
    browser = page_as(Role.CITY_OPERATOR)
    for path in ("/", "/plans", "/users"):
        asked = await browser.get(path)
        assert (asked.status_code, asked.headers.get("Location")) == (303, "/account/second-factor"), path
    assert "hanya bisa bekerja dengan kode" in (await browser.get("/account/second-factor")).text


async def test_the_password_is_changed_and_the_browser_stays_in(page_as, operator):
    browser = page_as(Role.CITY_OPERATOR)
    fields = {"form": "password", "at": "/account", "old_password": PASSWORD, "new_password": "password123"}
    weak = await browser.post("/account/password", data=fields)
    assert weak.status_code == 422
    assert 'id="password-new_password-wrong"' in weak.text
    assert "Banyak orang memakai" in weak.text
    assert "password123" not in weak.text
    changed = await browser.post("/account/password", data=fields | {"new_password": "hujan sore kopi"})
    assert changed.headers["Location"] == "/account?said=password_changed"
    browser.cookies = {"pasok_session": changed.cookies["pasok_session"]}
    assert "Kata sandi diganti" in (await browser.get(changed.headers["Location"])).text


async def test_devices_are_shown_and_logged_out(page_as, client, operator):
    fields = {"username": operator.username, "password": PASSWORD, "next": "/"}
    await client.post("/login", data=fields, headers=BROWSER | {"User-Agent": "<b>Ponsel</b> Ani"})
    browser = page_as(Role.CITY_OPERATOR)
    page = (await browser.get("/account")).text
    assert "&lt;b&gt;Ponsel&lt;/b&gt; Ani" in page
    path = re.search(r'action="(/account/sessions/[0-9a-f-]{36}/end)"', page)[1]
    assert (await browser.post(path)).headers["Location"] == "/account?said=session_ended"
    assert "Ponsel" not in (await browser.get("/account")).text
    assert (await client.get("/", headers=BROWSER)).status_code == 303
    assert (await browser.post("/account/sessions/end-others")).headers["Location"] == "/account?said=sessions_ended"


async def test_an_invited_person_sets_a_password_and_logs_in(page_as, client, world):
    officer = world.users[Role.COOP_OFFICER]
    invited = await page_as(Role.ADMINISTRATOR).post(f"/users/{officer.id}/invitations", data={"form": "invite"})
    token = re.search(r"/invitation\?token=([\w-]+)", invited.text)[1]
    page = await client.get(f"/invitation?token={token}", headers=BROWSER)
    assert hidden(page.text, "token") == token
    fields = {"form": "invitation", "at": f"/invitation?token={token}", "token": token, "password": "pendek"}
    weak = await client.post("/invitation", data=fields, headers=BROWSER)
    assert weak.status_code == 422
    assert "Paling sedikit 10 huruf" in weak.text
    taken = await client.post("/invitation", data=fields | {"password": "hujan sore kopi"}, headers=BROWSER)
    assert taken.headers["Location"] == "/login?said=password_set"
    entered = await client.post(
        "/login", data={"username": officer.username, "password": "hujan sore kopi", "next": "/"}, headers=BROWSER
    )
    assert entered.status_code == 303
    used = await client.post("/invitation", data=fields | {"password": "kopi pagi sawah"}, headers=BROWSER)
    assert used.status_code == 404


async def test_a_link_without_its_token_says_what_to_do(client, world):
    assert "minta tautan baru" in (await client.get("/invitation", headers=BROWSER)).text


async def test_a_person_erases_their_account_and_is_out(page_as, operator):
    browser = page_as(Role.CITY_OPERATOR)
    assert 'href="/api/v1/account/personal-data"' in (await browser.get("/account")).text
    assert 'action="/account/erase" data-leaving' in (await browser.get("/account")).text  # the phone forgets them too
    fields = {"form": "erase", "at": "/account", "password": "salah"}
    refused = await browser.post("/account/erase", data=fields)
    assert refused.status_code == 422
    assert "<details open><summary>Hapus akun saya" in refused.text, "what is wrong would be folded away"
    gone = await browser.post("/account/erase", data=fields | {"password": PASSWORD})
    assert gone.headers["Location"] == "/login?said=erased"
    assert gone.headers["Clear-Site-Data"] == '"cache"'
    assert (await browser.get("/")).headers["Location"] == "/login"


async def test_an_administrator_erases_a_person(page_as, operator):
    browser = page_as(Role.ADMINISTRATOR)
    page = (await browser.get(f"/users/{operator.id}")).text
    fields = {"form": "erase", "version": re.findall(r'name="version" value="(\d+)"', page)[-1]}
    assert (await browser.post(f"/users/{operator.id}/erase", data=fields)).status_code == 303
    assert "Anonim" in (await browser.get(f"/users/{operator.id}")).text


async def test_keys_of_programs_are_shown_with_their_last_use_and_ended(page_as, operator, session):
    key = new_api_key(operator, prefix="abc", secret="s3cret", scopes=["account"], name="ERP <b>kota</b>")
    session.add(key)
    await session.flush()
    browser = page_as(Role.CITY_OPERATOR)
    page = (await browser.get("/account")).text
    assert "ERP &lt;b&gt;kota&lt;/b&gt;" in page
    assert "belum pernah dipakai" in page
    assert "s3cret" not in page
    left = await browser.post(f"/account/api-keys/{key.id}/revoke", data={"form": "key", "version": "1"})
    assert left.headers["Location"] == "/account?said=key_revoked"
    assert "diakhiri" in (await browser.get("/account")).text
    stranger = await page_as(Role.AUDITOR).post(f"/account/api-keys/{key.id}/revoke", data={"version": "2"})
    assert stranger.status_code == 404
