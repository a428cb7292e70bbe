"""The door that several web processes share, and whom a web process waits for."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn

from service.api.patience import PatientProtocol
from service.cli.web_processes import open_door, server_config
from service.settings import Settings

HEAD = b"GET / HTTP/1.1\r\nHost: pasok.test\r\n"
WITHIN_S, LETTER_S = 1.0, 0.1


class HastyProtocol(PatientProtocol):
    within_s = WITHIN_S


async def hello(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ya"})


@pytest.fixture
async def port() -> AsyncIterator[int]:
    server = uvicorn.Server(uvicorn.Config(hello, port=0, http=HastyProtocol, lifespan="off", log_config=None))
    with server.config.bind_socket() as door:
        serving = asyncio.create_task(server.serve([door]))
        yield door.getsockname()[1]
        server.should_exit = True
        await serving


@pytest.fixture
async def told(request: pytest.FixtureRequest) -> AsyncIterator[int]:
    """The port of a server with the settings of `pasok serve` that tells whom it takes the caller for."""
    settings = Settings(demo=True, port=0, **request.param)
    server = uvicorn.Server(server_config(settings, caller))
    server.config.lifespan = "off"
    with server.config.bind_socket() as door:
        serving = asyncio.create_task(server.serve([door]))
        yield door.getsockname()[1]
        server.should_exit = True
        await serving


async def caller(scope, receive, send):
    if scope["type"] == "http":
        body = f"{scope['scheme']} {scope['client'][0]}".encode()
        length = (b"content-length", b"%d" % len(body))
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        await send({"type": "http.response.body", "body": body})


async def asked(port: int, *parts: bytes, pause_s: float = 0.0) -> bytes:
    """Send parts with pauses, and return all that comes until the other side closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    told = asyncio.create_task(reader.read())
    for part in parts:
        writer.write(part)
        await asyncio.sleep(pause_s)
        if told.done():
            break
    found = await asyncio.wait_for(told, 20 * WITHIN_S)
    writer.close()
    return found


def test_what_is_written_on_a_connection_through_the_shared_door_leaves_at_once() -> None:
    with open_door(uvicorn.Config("nothing", host="127.0.0.1", port=0)) as door:
        door.listen()
        with socket.create_connection(door.getsockname()), door.accept()[0] as taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def test_a_head_that_comes_letter_by_letter_is_not_waited_for(port: int) -> None:
    letters = [bytes([letter]) for letter in HEAD + b"X: " + b"x" * 1000]
    assert await asked(port, *letters, pause_s=LETTER_S) == b""


async def test_who_says_nothing_is_not_waited_for(port: int) -> None:
    assert await asked(port) == b""


async def test_a_head_that_comes_in_two_parts_is_answered(port: int) -> None:
    assert (await asked(port, HEAD, b"Connection: close\r\n\r\n", pause_s=LETTER_S)).endswith(b"ya")


async def test_who_was_answered_may_ask_again_later(port: int) -> None:
    last = HEAD + b"Connection: close\r\n\r\n"
    assert (await asked(port, HEAD + b"\r\n", last, pause_s=2 * WITHIN_S)).count(b"ya") == 2


@pytest.mark.parametrize(
    ("told", "seen"),
    [
        ({}, b"https 10.0.0.2"),
        ({"proxies": "127.0.0.1, 10.0.0.0/8"}, b"https 203.0.113.9"),
        ({"proxies": "10.0.0.0/8"}, b"http 127.0.0.1"),
    ],
    indirect=["told"],
)
async def test_what_a_proxy_says_of_the_caller_is_believed_of_the_proxies_that_are_named(
    told: int, seen: bytes
) -> None:
    """The first address was made up by the caller; each proxy added whom it heard from."""
    said = (
        b"X-Forwarded-For: 198.51.100.1, 203.0.113.9, 10.0.0.2\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n"
    )
    assert (await asked(told, HEAD + said)).endswith(b"\r\n\r\n" + seen)
