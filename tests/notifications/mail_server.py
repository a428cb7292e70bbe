"""A mail server on this machine that keeps what it is handed; addresses that hold ``nobody`` it refuses."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class MailServer:
    port: int = 0
    mails: list[bytes] = field(default_factory=list)
    is_busy: bool = False

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"421 busy\r\n" if self.is_busy else b"220 here\r\n")
        while not self.is_busy and (line := (await reader.readline()).decode().strip()):
            command = line[:4].upper()
            if command == "RCPT" and "nobody" in line:
                writer.write(b"550 no such person\r\n")
            elif command == "DATA":
                writer.write(b"354 go on\r\n")
                self.mails.append(await reader.readuntil(b"\r\n.\r\n"))
                writer.write(b"250 taken\r\n")
            elif command == "QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 yes\r\n")
            await writer.drain()
        await writer.drain()
        writer.close()


@asynccontextmanager
async def mail_server() -> AsyncIterator[MailServer]:
    known = MailServer()
    server = await asyncio.start_server(known.serve, "127.0.0.1", 0)
    known.port = server.sockets[0].getsockname()[1]
    try:
        yield known
    finally:
        server.close()
