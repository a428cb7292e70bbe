"""The door that several web processes share."""

import socket

import uvicorn

from service.cli.web_processes import open_door


def test_what_is_written_on_a_connection_through_the_shared_door_leaves_at_once() -> None:
    with open_door(uvicorn.Config("nothing", host="127.0.0.1", port=0)) as door:
        door.listen()
        with socket.create_connection(door.getsockname()), door.accept()[0] as taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
