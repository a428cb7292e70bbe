"""Every list can be had as a file, read from the routes themselves: a new list is covered as soon as it exists."""

import csv
import io
import re
from typing import get_args, get_origin

import pytest
from python_calamine import CalamineWorkbook

from service.domain.people import Role
from service.domain.permissions import PERMISSIONS, Reach
from service.words.spoken import SPOKEN
from tests.api.test_permissions import OPERATIONS, is_reached
from tests.factories.things import add_catalogue_things, add_things

WITHOUT = {
    "/account/sessions": "a person's own logins: they come with all that is known of them (`/account/personal-data`)",
    "/forecasts/{forecast_id}/revisions": "heads without goods: `/forecasts/export` has the lines of every revision",
    "/plans/{plan_id}/source-answers": "sentences in the reader's language, which a worker may still be finding",
    "/receipts/{receipt_id}/photos": "pictures: each of them is a file",
    "/regions": "one row: the caller's own",
}
"""Lists that are no files, and why not."""
BY_PARTS = {"/menu-days": "recipes", "/offers": "lots", "/recipes": "ingredients"}
"""Lists whose files have a row for each part of a thing."""
BY_LINES = {"/credit-notes", "/deliveries", "/forecasts", "/purchases", "/recalls", "/receipts", "/reliability"}
"""Lists whose files have the lines that the list leaves to the single thing; what stands in them is tested by noun."""
CODES = {code.value for words in SPOKEN.values() for code, word in words.items() if code.value != word}
"""What no cell says, since people have a word for it."""
READERS = (Role.CITY_OPERATOR, Role.COOP_OFFICER, *Role)


def rows_model(operation):
    """Return what a row of a list is, or None if an operation answers no list."""
    answer = operation.route.response_model
    if get_origin(answer) is list:
        return get_args(answer)[0]
    items = getattr(answer, "model_fields", {}).get("items")
    return get_args(items.annotation)[0] if items else None


GETS = {operation.path: operation for operation in OPERATIONS if operation.method == "GET"}
LISTS = {path: operation for path, operation in GETS.items() if rows_model(operation)}
EXPORTS = {path.removesuffix("/export"): operation for path, operation in GETS.items() if path.endswith("/export")}
BOTH = sorted(set(LISTS) & set(EXPORTS))


def test_every_list_is_a_file_too_or_says_why_not():
    assert len(LISTS) > 50
    assert sorted(WITHOUT) == sorted(set(LISTS) - set(EXPORTS))


@pytest.mark.parametrize("path", BOTH)
def test_a_file_is_for_those_who_see_its_list_and_is_narrowed_like_it(path):
    listed, export = LISTS[path], EXPORTS[path]
    assert export.access.action is listed.access.action
    asked, offered = [{one["name"] for one in known.document.get("parameters", [])} for known in (listed, export)]
    assert offered == asked - {"after", "limit"} | {"format"}


async def test_each_file_has_the_rows_of_its_list_in_words_and_at_the_hours_of_its_reader(client_as, session, world):
    things = await add_catalogue_things(session) | await add_things(session, world)
    clients = {role: client_as(role) for role in Role}
    wrong, codes, instants = [], [], []
    for path in BOTH:
        client = clients[reader_of(LISTS[path], world, things)]
        listed = (await client.request(**LISTS[path].request(things))).json()
        found = listed if isinstance(listed, list) else listed["items"]
        many = sum(len(row[BY_PARTS[path]]) or 1 for row in found) if path in BY_PARTS else len(found)
        for kind, read in (("csv", csv_rows), ("xlsx", xlsx_rows)):
            request = EXPORTS[path].request(things)
            answered = await client.request(**{**request, "params": {**request["params"], "format": kind}})
            header, *rows = read(answered.content)
            if len(set(header)) < len(header) or (len(rows) != many and path not in BY_LINES):
                wrong.append((path, kind, header, len(rows), many))
            instants += [(path, header, cell) for row in rows for cell in row if re.search(r"\dT\d\d:\d\d:", str(cell))]
            codes += [(path, cell) for row in rows for cell in row if CODES & set(re.split(r"[;,:] ", str(cell)))]
    assert wrong == []
    assert codes == []
    assert instants
    assert [one for one in instants if not one[2].endswith("+07:00")] == []


def reader_of(operation, world, things):
    """Return somebody who sees all of a list, or else the one whose it is."""
    roles = PERMISSIONS[operation.access.action]
    reaching = [role for role in READERS if role in roles and is_reached(operation, role, world, things)]
    return min(reaching, key=lambda role: roles[role] is not Reach.REGION)


def csv_rows(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def xlsx_rows(content):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
