"""The protocol of the Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header) around one POST.

The answer is kept in the transaction of its effect: either both are there or neither. A refused request keeps
nothing, so it can be repeated with the same key once its reason is gone. Keys are the caller's own and are forgotten
after 24 hours.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import Request, Response

from service.api.errors import IdempotencyKeyInUse, IdempotencyKeyInvalid, IdempotencyKeyMissing, IdempotencyKeyReused
from service.database.idempotency import IdempotentAnswer, RequestIdentity, find_answer, take_lock
from service.database.unit_of_work import UnitOfWork
from service.domain.permissions import Actor

HEADER: Final = "Idempotency-Key"
REPLAYED_HEADER: Final = "Idempotency-Replayed"
KEPT_HEADERS: Final = ("content-disposition", "content-type", "etag", "location")
_KEY: Final = re.compile(r"[!-~]{1,200}")


async def answer_once(
    work: UnitOfWork,
    identity: RequestIdentity,
    request: Request,
    answer: Callable[[Request], Awaitable[Response]],
) -> Response:
    """Let a request have its effect once, and answer each repetition with the first answer."""
    if not await take_lock(work.session, identity):
        raise IdempotencyKeyInUse("The first request with this key is still running.")
    known = await find_answer(work.session, identity, work.now)
    if known is not None:
        return _replayed(known, identity)
    response = await answer(request)
    work.session.add(
        IdempotentAnswer(
            user_id=identity.user_id,
            key=identity.key,
            fingerprint=identity.fingerprint,
            created_at=work.now,
            status=response.status_code,
            headers={name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
            body=getattr(request.state, "body_to_keep", None) or bytes(response.body),
        )
    )
    return response


def keep_instead(request: Request, body: bytes) -> None:
    """Have this body kept for repetitions instead of the one that is answered, which holds a secret."""
    request.state.body_to_keep = body


async def identity_of(actor: Actor, request: Request) -> RequestIdentity:
    """Return whose request it is, under the key of its header, with a hash of its body."""
    sent = request.headers.get(HEADER)
    if sent is None:
        raise IdempotencyKeyMissing(f"A POST needs the header {HEADER}, so that a repetition has no second effect.")
    key = sent.strip().removeprefix('"').removesuffix('"')
    if _KEY.fullmatch(key) is None:
        raise IdempotencyKeyInvalid(f"{HEADER} holds 1 to 200 printable ASCII characters without spaces.")
    return RequestIdentity(actor.user_id, key, fingerprint_of(request, await request.body()))


def fingerprint_of(request: Request, asked: bytes) -> str:
    """Return a hash of everything that a request asks."""
    target = f"{request.method}\n{request.url.path}\n{request.url.query}\n".encode()
    return hashlib.sha256(target + asked).hexdigest()


def _replayed(known: IdempotentAnswer, identity: RequestIdentity) -> Response:
    if known.fingerprint != identity.fingerprint:
        raise IdempotencyKeyReused("This key was used for another request.")
    return Response(known.body, known.status, headers={**known.headers, REPLAYED_HEADER: "true"})
