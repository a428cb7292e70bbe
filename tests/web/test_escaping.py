"""Whatever people and things are called, a page shows it as text."""

import re

import pytest
import sqlalchemy as sa

from service.domain.items import Item
from service.domain.organisations import Organisation
from service.domain.people import Role, User
from service.domain.permissions import PERMISSIONS
from tests.web.test_permissions import GUARDED, is_reached

HOSTILE = "\"'><img src=x onerror=alert(1)>{{7*7}}"
RAW = re.compile(r"<img src=x", re.IGNORECASE)


@pytest.fixture
async def hostile_things(session, things):
    await session.execute(sa.update(Organisation).values(name=HOSTILE))
    await session.execute(sa.update(User).values(full_name=HOSTILE))
    await session.execute(sa.update(Item).values(name_id=HOSTILE, name_en=HOSTILE))
    return things


async def test_a_hostile_name_is_text_on_every_page(page_as, world, hostile_things):
    seen = 0
    for address in (one for one in GUARDED if one.method == "GET"):
        for role in PERMISSIONS[address.access.action]:
            if address.names and not is_reached(address, role, world, hostile_things):
                continue
            page = await page_as(role).get(address.of(hostile_things))
            assert not RAW.search(page.text), (address, role)
            assert "49</" not in page.text or HOSTILE not in page.text, (address, role)
            seen += "&lt;img src=x" in page.text
    assert seen


async def test_what_was_typed_comes_back_as_text(page_as):
    fields = {"form": "login", "at": "/login", "username": HOSTILE, "next": "/"}
    page = await page_as(Role.AUDITOR).post("/login", data=fields)
    assert page.status_code == 422
    assert not RAW.search(page.text)
    assert "&lt;img src=x" in page.text


async def test_no_page_may_run_what_stands_in_it_nor_be_framed(page_as):
    page = await page_as(Role.AUDITOR).get("/")
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["X-Frame-Options"] == "DENY"
    assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=", page.text)
