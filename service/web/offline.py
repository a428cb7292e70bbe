"""Forms that a phone keeps while it has no signal: how each is read when it comes at last.

A form marked ``data-offline`` names its kind of deed and its thing. With JavaScript it is always sent to ``/queued``
with the id and instant that the phone gave it, so that it has its effect once however often and late it comes; the
page's own form is the same thing without JavaScript.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias
from uuid import UUID

from service.domain.device_actions import ActionKind
from service.web.forms import Typed
from service.web.page import PageView
from service.workflows.do_action import Deed

Read: TypeAlias = Callable[[PageView, UUID, Typed], Awaitable[Deed]]
Says: TypeAlias = Callable[[PageView, UUID], Awaitable[str]]

READERS: Final[dict[ActionKind, Read]] = {}
"""How the fields of a form become the deed of its kind; each kind is added by the page that has the form."""
PLACES: Final[dict[ActionKind, tuple[str, str | Says]]] = {}
"""Where the reader is led when it is done, and what is said there."""
FORGET: Final = {"Clear-Site-Data": '"cache"'}
"""What makes a browser forget the pages of whoever leaves; not its "storage", with others' forms (``kept.js``)."""


def taken_offline(kind: ActionKind, *, leads_to: str, said: str | Says) -> Callable[[Read], Read]:
    """Let a function read the forms of a kind of deed that were kept on a phone.

    Parameters
    ----------
    leads_to
        The page where its effect is seen, with ``{}`` for the id of the thing that was named.
    said
        What is told there, a key of ``said.py``; a function of the thing, where that hangs on what became of it.
    """

    def added(read: Read) -> Read:
        READERS[kind] = read
        PLACES[kind] = (leads_to, said)
        return read

    return added
