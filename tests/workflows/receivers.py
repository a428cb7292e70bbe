"""Programs that listen on this machine: one answers as it is told, one never comes to an end of its answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Receiver:
    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    """Status line and headers by a word in the body; ``204 No Content`` otherwise."""
    received: list[tuple[dict[str, str], str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        body = await self.hear(reader)
        answer = next((text for word, text in self.answers.items() if word in body), "204 No Content")
        writer.write(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    async def hear(self, reader: asyncio.StreamReader) -> str:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        pairs = (line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        headers = {name.lower(): value for name, value in pairs}
        body = (await reader.readexactly(int(headers.get("content-length", 0)))).decode()
        self.received.append((headers, body))
        return body


@dataclass
class EndlessReceiver(Receiver):
    """Says the same words again and again, each soon enough after the last to look alive, until nobody listens."""

    begins: bytes = b""
    repeats: bytes = b""
    left_alone: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.hear(reader)
        writer.write(self.begins)
        try:
            while not reader.at_eof():
                writer.write(self.repeats)
                await writer.drain()
                await asyncio.sleep(0.01)
        except ConnectionError:
            pass
        finally:
            writer.close()
            self.left_alone.set()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    async with listening(receiver):
        yield receiver


@asynccontextmanager
async def listening(receiver: Receiver) -> AsyncIterator[None]:
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield
    finally:
        server.close()
