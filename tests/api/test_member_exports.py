"""Organisations, people, and the audit trail as files: what the lists show, to those who see them."""

import uuid
from datetime import UTC, datetime

import pytest

from service.api.file_columns import LONGEST
from service.api.member_rows import AUDIT, ORGANISATIONS, USERS, audit_row
from service.domain.audits import AuditEntry
from service.domain.people import Role
from tests.api.test_book_and_trouble_exports import rows_of

NOON = datetime(2026, 11, 28, 5, tzinfo=UTC)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
async def test_organisations_and_people_are_listed_as_the_lists_say(client_as, world, role):
    client = client_as(role)
    for path, header, by in (("/organisations", ORGANISATIONS, "kode"), ("/users", USERS, "nama_pengguna")):
        listed = (await client.get(path, params={"limit": 200})).json()["items"]
        given = await rows_of(client, f"{path}/export", header)
        assert [row["id"] for row in given] == [one["id"] for one in listed]
        assert given == sorted(given, key=lambda row: row[by])
    assert "hash" not in " ".join(USERS)


async def test_members_get_their_own_people_alone(client_as, world):
    given = await rows_of(client_as(Role.KITCHEN_HEAD), "/organisations/export", ORGANISATIONS)
    assert {row["jenis"] for row in given} == {"Dapur"}


async def test_what_was_done_is_given_newest_first_and_narrowed(client_as, world):
    auditor = client_as(Role.AUDITOR)
    listed = (await auditor.get("/audit", params={"limit": 200})).json()["items"]
    assert [row["id"] for row in await rows_of(auditor, "/audit/export", AUDIT)] == [one["id"] for one in listed]
    assert await rows_of(auditor, "/audit/export", AUDIT, entity="nothing") == []
    assert (await client_as(Role.KITCHEN_HEAD).get("/audit/export")).status_code == 403


def test_what_no_workbook_could_hold_is_shortened_and_says_so():
    long = AuditEntry(
        id=uuid.uuid4(), at=NOON, action="order.answered", entity="order", entity_id="1", after={"words": "x" * 40_000}
    )
    assert len(audit_row(long)[6]) == LONGEST + 2
    assert audit_row(long)[6].endswith(" …")
