"""Short requests stay short: a router whose nouns do not fit is not tried, and nothing small is sent to a thread."""

import inspect

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from service.api.nouns import NounRouter
from service.main import api_routers
from service.web.site import page_routers

ROUTES = [route for router in (*api_routers(), *page_routers()) for route in router.routes]


class Counting(APIRoute):
    tried = 0

    def matches(self, scope):
        Counting.tried += 1
        return super().matches(scope)


@pytest.fixture
def client():
    app, router = FastAPI(), APIRouter(prefix="/boats", route_class=Counting)

    @router.get("")
    @router.get("/{name}")
    async def show(name: str = "all"):
        return name

    app.include_router(NounRouter(router, prefix="/api/v1"), prefix="/api/v1")
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://pasok.test")


@pytest.mark.parametrize(("path", "answer"), [("/boats", "all"), ("/boats/prau", "prau")])
async def test_an_address_of_a_noun_finds_its_route(client, path, answer):
    assert (await client.get(f"/api/v1{path}")).json() == answer
    assert (await client.post(f"/api/v1{path}")).status_code == 405


@pytest.mark.parametrize("path", ["/api/v1/boat", "/api/v1/boatss/prau", "/api/v1/", "/api/v1", "/", "/boats"])
async def test_an_address_of_no_noun_is_not_tried_and_not_found(client, path):
    Counting.tried = 0
    assert (await client.get(path)).status_code == 404
    assert Counting.tried == 0


def test_what_a_route_depends_on_needs_no_thread():
    def waits(dependant):
        own = [] if dependant.call is None else [dependant.call]
        return own + [call for part in dependant.dependencies for call in waits(part)]

    assert len(ROUTES) > 200
    threaded = {call for route in ROUTES for call in waits(route.dependant) if not is_awaited(call)}
    assert threaded == set()


def is_awaited(call) -> bool:
    return any(inspect.iscoroutinefunction(one) for one in (call, type(call).__call__))
