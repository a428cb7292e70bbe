"""In and out through the pages, and what happens to a form when the session has ended."""

import html
import re
from dataclasses import replace
from uuid import uuid4

import pytest

from service.domain.people import Role
from service.workflows.credentials import hash_password

PASSWORD = "tahu tempe lontong"
BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def officer(world, session):
    user = world.users[Role.COOP_OFFICER]
    user.password_hash = await hash_password(PASSWORD)
    session.add(user)
    await session.flush()
    return user


def kept_by(page: str, action: str) -> dict[str, str]:
    """Return the hidden fields of a page's form, as its browser would send them."""
    form = re.search(rf'<form [^>]*action="{action}"[^>]*>(.*?)</form>', page, re.DOTALL)[1]
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
    return {html.unescape(name): html.unescape(value) for name, value in fields}


async def test_a_page_leads_to_the_login_and_back(client, officer):
    asked = await client.get("/?week=2026-11-30", headers=BROWSER)
    assert (asked.status_code, asked.headers["Location"]) == (303, "/login")
    fields = {"form": "login", "username": officer.username, "password": PASSWORD, "next": "/"}
    entered = await client.post("/login", data=fields, headers=BROWSER)
    assert (entered.status_code, entered.headers["Location"]) == (303, "/")
    assert "HttpOnly" in entered.headers["Set-Cookie"]
    home = await client.get("/", headers=BROWSER)
    assert home.status_code == 200
    assert officer.full_name in home.text


@pytest.fixture
def https(app):
    """The installation is reached over HTTPS."""
    usual = app.state.options
    app.state.options = replace(usual, is_secure=True)
    yield
    app.state.options = usual


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/logout", {"data": {"form": "logout"}}),
        ("/account/erase", {"data": {"form": "erase", "password": PASSWORD}}),
        ("/offers", {"data": {"form": "offer"}, "token": "gone"}),
        ("/api/v1/auth/logout", {}),
        ("/api/v1/account/erase", {"json": {"password": PASSWORD}}),
    ],
)
async def test_the_cookie_is_taken_back_as_it_was_given(client, https, officer, path, sent):
    known = {"username": officer.username, "password": PASSWORD}
    entered = await client.post("/api/v1/auth/login", json=known)
    client.cookies.clear()
    token = sent.pop("token", entered.json()["token"])
    left = await client.post(path, headers=BROWSER | {"Cookie": f"pasok_session={token}"}, **sent)
    (given, how), (taken, how_taken) = (parts(answer.headers["Set-Cookie"]) for answer in (entered, left))
    assert (given, taken) == (f"pasok_session={entered.json()['token']}", 'pasok_session=""')
    assert how == how_taken == {"HttpOnly", "Path=/", "SameSite=lax", "Secure"}


def parts(cookie: str) -> tuple[str, set[str]]:
    """Return what a cookie holds, and how it is kept; not for how long."""
    value, *words = cookie.split("; ")
    return value, {word for word in words if not word.startswith(("Max-Age", "expires"))}


async def test_a_wrong_password_keeps_the_name_and_says_so_in_indonesian(client, world):
    fields = {"form": "login", "at": "/login", "username": "siapa", "password": "salah", "next": "/"}
    answer = await client.post("/login", data=fields, headers=BROWSER)
    assert answer.status_code == 401
    assert 'value="siapa"' in answer.text
    assert "Nama atau kata sandi salah" in answer.text
    assert "salah</" not in answer.text.replace("kata sandi salah</", "")
    assert 'value="salah"' not in answer.text


@pytest.mark.parametrize("mistake", [{"password": "salah"}, {"password": ""}])
async def test_a_wrong_password_throws_away_nothing_of_a_form_that_outlived_its_session(client, officer, mistake):
    sent = {"form": "answers", "at": "/orders/7", "accepted_qty": "12,5 kg", "reason": 'hujan "lebat"'}
    asked = await client.post("/orders/7/answers", data=sent, headers=BROWSER)
    assert asked.status_code == 401
    fields = kept_by(asked.text, "/login") | {"username": officer.username}
    refused = await client.post("/login", data=fields | mistake, headers=BROWSER)
    assert 'id="login-password"' in refused.text
    again = kept_by(refused.text, "/login")
    assert {name: value for name, value in again.items() if name != "once"} == {
        name: value for name, value in fields.items() if name not in {"once", "username"}
    }
    resumed = await client.post(
        "/login", data=again | {"username": officer.username, "password": PASSWORD}, headers=BROWSER
    )
    assert kept_by(resumed.text, "/orders/7/answers") == sent


async def test_choosing_a_language_at_the_login_throws_away_nothing_of_such_a_form(client):
    sent = {"form": "answers", "at": "/orders/7", "accepted_qty": "12,5 kg"}
    asked = await client.post("/orders/7/answers", data=sent, headers=BROWSER)
    carried = kept_by(asked.text, "/language") | {"language": "en"}
    chosen = await client.post("/language", data=carried, headers=BROWSER)
    assert '<html lang="en">' in chosen.text
    assert "Your session has ended" in chosen.text
    without_once = {name: value for name, value in kept_by(chosen.text, "/login").items() if name != "once"}
    assert without_once == {name: value for name, value in kept_by(asked.text, "/login").items() if name != "once"}
    assert '<html lang="en">' in (await client.get("/login", headers=BROWSER)).text


async def test_choosing_a_language_at_the_login_leads_to_the_same_page_afterwards(client):
    asked = await client.get("/login?next=/orders/7%3Fweek=3", headers=BROWSER)
    chosen = await client.post("/language", data=kept_by(asked.text, "/language") | {"language": "en"}, headers=BROWSER)
    assert (
        kept_by((await client.get(chosen.headers["Location"], headers=BROWSER)).text, "/login")["next"]
        == "/orders/7?week=3"
    )


async def test_an_empty_field_is_told_beside_it(client, world):
    answer = await client.post("/login", data={"form": "login", "at": "/login", "username": " "}, headers=BROWSER)
    assert answer.status_code == 422
    assert 'aria-describedby="login-username-wrong"' in answer.text
    assert 'href="#login-password"' in answer.text


@pytest.mark.parametrize(
    "next_page", ["https://example.org/", "//example.org", "javascript:alert(1)", "/\\example.org", "\\\\example.org"]
)
async def test_nobody_is_led_to_another_site_after_the_login(client, officer, next_page):
    fields = {"username": officer.username, "password": PASSWORD, "next": next_page}
    entered = await client.post("/login", data=fields, headers=BROWSER)
    assert entered.headers["Location"] == "/"


async def test_logging_out_ends_the_session_and_asks_the_browser_to_forget(page_as, world):
    browser = page_as(Role.KITCHEN_HEAD)
    left = await browser.post("/logout")
    assert left.headers["Location"] == "/login?said=logged_out"
    assert left.headers["Clear-Site-Data"] == '"cache"'  # its "storage" has what others sent without a line
    assert (await browser.get("/")).status_code == 303
    assert "Anda sudah keluar" in (await browser.get(left.headers["Location"])).text


async def test_the_pages_speak_english_to_whoever_chooses_it(page_as):
    browser = page_as(Role.KITCHEN_HEAD)
    assert 'lang="id"' in (await browser.get("/")).text
    chosen = await browser.post("/language", data={"language": "en", "at": "/"})
    assert chosen.headers["Location"] == "/"
    assert '<html lang="en">' in (await browser.get("/")).text


async def test_another_site_cannot_send_a_form(page_as):
    answer = await page_as(Role.KITCHEN_HEAD).post("/logout", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "situs lain" in answer.text


async def test_an_address_that_does_not_exist_is_a_page_for_browsers_and_a_problem_for_programs(page_as, client):
    page = await page_as(Role.AUDITOR).get("/no-such-page")
    assert page.status_code == 404
    assert "Halaman tidak ada" in page.text
    assert (await client.get("/no-such-page")).json()["code"] == "route_not_found"


async def test_what_another_had_typed_is_not_offered_to_whoever_logs_in(client, officer):
    kept = {"kept.form": "answers", "kept.at": "/orders", "kept.packs": "7"}
    fields = {"username": officer.username, "password": PASSWORD, "next": "/orders/1/answers"} | kept
    own = await client.post("/login", data=fields | {"kept.reader": str(officer.id)}, headers=BROWSER)
    assert 'name="packs" value="7"' in own.text
    anothers = await client.post("/login", data=fields | {"kept.reader": str(uuid4())}, headers=BROWSER)
    assert (anothers.status_code, anothers.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("role", [Role.COOP_OFFICER, Role.AUDITOR])
@pytest.mark.parametrize("path", ["/offers", "/account/erase"])
async def test_a_tab_that_stayed_open_does_nothing_in_the_name_of_whoever_logged_in_since(page_as, role, path):
    fields = {"form": "erase", "at": path, "reader": str(uuid4()), "password": PASSWORD}
    answer = await page_as(role).post(path, data=fields)
    assert (answer.status_code, answer.headers["Pasok-Problem"]) == (412, "other_reader")
    assert "Formulir ini dibuka oleh pengguna lain" in answer.text
    assert PASSWORD not in answer.text
