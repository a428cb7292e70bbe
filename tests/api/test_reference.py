"""The API's own pages and description, health, and the start of the application."""

import os
import re

import httpx
import pytest
from sqlalchemy.pool import NullPool

from service.api.openapi import api_operations, example_of
from service.api.problems import kinds_by_code
from service.database.engine import conninfo, create_engine, create_sessions
from service.database.schema import SchemaBehind, create_database, drop_database
from service.database.unit_of_work import UnitsOfWork
from service.jobs.app import Jobs
from service.main import create_app
from service.settings import Settings
from service.web.static_files import STATIC_DIR

PAGES = ["/docs", *(f"/problems/{code}" for code in sorted(kinds_by_code()))]
# What makes a browser fetch something: links that a person may follow are no such thing, and there are none either.
REFERENCE = re.compile(r"""(?:src|href|action)\s*=\s*["']([^"']*)|url\(\s*["']?([^"')]*)""")


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_refers_to_another_host(client, path):
    page = await client.get(path, headers={"Accept": "text/html"}, follow_redirects=True)
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    found = ["".join(groups) for groups in REFERENCE.findall(page.text)]
    assert found
    for address in found:
        assert address.startswith(("/", "data:", "#")), address
        assert not address.startswith("//")
        if address.startswith("/"):
            assert (await client.get(address)).status_code == 200


def test_no_style_sheet_refers_to_another_host():
    sheets = sorted(STATIC_DIR.rglob("*.css"))
    assert sheets
    for sheet in sheets:
        for groups in REFERENCE.findall(sheet.read_text(encoding="utf-8")):
            address = "".join(groups)
            assert address.startswith(("data:", "#")) or (sheet.parent / address).is_file(), (sheet, address)


def test_the_docs_page_asks_no_other_host_to_check_the_description():
    start = (STATIC_DIR / "swagger" / "start.js").read_text(encoding="utf-8")
    assert "validatorUrl: null" in start
    assert "http" not in start
    licence = (STATIC_DIR / "swagger" / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in licence


async def test_programs_get_a_kind_of_problem_as_json(client):
    body = (await client.get("/problems/stale_version")).json()
    assert (body["status"], body["title"]) == (412, "Stale version")
    every = (await client.get("/problems")).json()
    assert body in every
    assert len(every) == len(kinds_by_code())
    assert (await client.get("/problems/unheard_of")).status_code == 404


async def test_every_operation_has_examples_of_what_is_sent_and_answered(app):
    document = app.openapi()
    count = 0
    for path, method, _, _ in api_operations(app):
        operation = document["paths"][path][method.lower()]
        contents = [*operation.get("requestBody", {}).get("content", {}).values()]
        for response in operation["responses"].values():
            contents += response.get("content", {}).values()
        assert contents
        for content in contents:
            assert "example" in content or "examples" in content, (method, path)
        assert operation["summary"]
        assert "503" in operation["responses"]
        count += 1
    assert count > 90


async def test_description_says_who_may_call_and_which_headers_are_needed(app):
    paths = app.openapi()["paths"]
    admit = paths["/api/v1/kitchens"]["post"]
    assert "Right `organisations.admit`: city_operator (region), administrator (region)." in admit["description"]
    assert {"bearer": []} in admit["security"]
    assert "Idempotency-Key" in {parameter["name"] for parameter in admit["parameters"]}
    change = paths["/api/v1/kitchens/{kitchen_id}"]["patch"]
    needed = {parameter["name"] for parameter in change["parameters"] if parameter["required"]}
    assert needed == {"kitchen_id", "If-Match"}
    assert {"412", "428"} <= change["responses"].keys()
    login = paths["/api/v1/auth/login"]["post"]
    assert "security" not in login
    assert "429" in login["responses"]
    assert "Idempotency-Key" not in {parameter["name"] for parameter in login["parameters"]}


async def test_description_is_served_and_every_reference_in_it_leads_somewhere(client, app):
    served = (await client.get("/openapi.json")).json()
    assert served == app.openapi()
    schemas = served["components"]["schemas"]
    assert "HTTPValidationError" not in schemas
    for name in re.findall(r"#/components/schemas/([^\"]+)", (await client.get("/openapi.json")).text):
        assert name in schemas


def test_example_is_composed_of_the_examples_of_the_parts():
    schemas = {"Part": {"properties": {"qty": {"type": "integer", "examples": [25]}}}}
    whole = {"properties": {"parts": {"type": "array", "items": {"$ref": "#/x/Part"}}, "day": {"format": "date"}}}
    assert example_of(whole, schemas) == {"parts": [{"qty": 25}], "day": "2026-11-30"}


async def test_health_and_readiness(client):
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert (await client.get("/readyz")).json() == {"status": "ready"}


async def test_readiness_needs_the_database(settings):
    nowhere = create_engine("postgresql://nobody@127.0.0.1:1/nothing", poolclass=NullPool)
    units = UnitsOfWork(create_sessions(nowhere), Jobs(conninfo("postgresql://nobody@127.0.0.1:1/nothing")))
    app = create_app(settings, "postgresql://not-used", units=units)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://pasok.test") as client:
        assert (await client.get("/healthz")).status_code == 200
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_busy")
    assert answer.headers["Retry-After"] == "2"


async def test_application_does_not_start_on_a_schema_that_is_behind(database_server, settings):
    name = f"test_{os.getpid()}_behind"
    url = create_database(database_server, name)
    try:
        app = create_app(settings, url)
        with pytest.raises(SchemaBehind, match="pasok migrate"):
            async with app.router.lifespan_context(app):
                raise AssertionError
    finally:
        drop_database(database_server, name)


async def test_application_opens_its_database_when_it_starts(fresh_database, tmp_path):
    settings = Settings(demo=True, var_dir=tmp_path, worker_in_process=False)
    app = create_app(settings, fresh_database)
    async with app.router.lifespan_context(app), app.state.units.begin() as work:
        assert work.actor is None


def test_outside_the_demo_cookies_and_browsers_keep_to_https(tmp_path):
    settings = Settings(secret_key="x" * 32, var_dir=tmp_path)
    assert create_app(settings, "postgresql://not-used").state.options.is_secure
