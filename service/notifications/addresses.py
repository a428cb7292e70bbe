"""Where messages may go: an address is looked up when something is sent, and that very machine is connected to.

A name that pointed to a public machine yesterday may point into our own network today, so looking once is not enough.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit


class AddressRefused(Exception):
    """The address is not one of the public internet, or nobody knows it."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """A machine's number with what must be said to it in its name's place."""

    ip: str
    host: str


async def pin(url: str, *, allows_private: bool) -> Pinned:
    """Look up the machine of a web address.

    Raises
    ------
    AddressRefused
        If nobody knows it, or any of its numbers is private, loopback, link-local or otherwise not public.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressRefused(f"unknown host {host}") from error
    numbers = [str(entry[4][0]) for entry in found]
    if not allows_private and not all(is_public(number) for number in numbers):
        raise AddressRefused(f"{host} is not a machine of the public internet")
    if not numbers:
        raise AddressRefused(f"unknown host {host}")
    return Pinned(numbers[0], host)


def is_public(number: str) -> bool:
    """Tell whether a machine's number belongs to the public internet, also where one hides in a number of version 6."""
    try:
        address = ipaddress.ip_address(number.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        hidden = address.ipv4_mapped or address.sixtofour
        if hidden is not None:
            return is_public(str(hidden))
        if address in ipaddress.ip_network("64:ff9b::/96"):
            return is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
    return address.is_global and not address.is_multicast
