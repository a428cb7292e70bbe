"""What people say from their phones, brought by the message gateway."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Request

from service.api.dependencies import Work, public
from service.api.options import options_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.gateway import InboundMessageIn, InboundReplyOut
from service.domain.errors import NotAuthenticated
from service.notifications.gateway import is_signed
from service.workflows.reply_from_phone import ReplyFromPhone, reply_from_phone

router = APIRouter(prefix="/gateway", tags=["notifications"], route_class=UnitOfWorkRoute)


@router.post("/messages", dependencies=[public(is_idempotent=True)])
async def receive_message(
    body: InboundMessageIn,
    request: Request,
    work: Work,
    timestamp: Annotated[str, Header(alias="X-Gateway-Timestamp", max_length=20)] = "",
    signature: Annotated[str, Header(alias="X-Gateway-Signature", max_length=200)] = "",
) -> InboundReplyOut:
    """Do what a short message says; signed by the gateway, as the README of `service/notifications` describes."""
    secret = options_of(request).gateway_secret
    raw = await request.body()
    if not secret or not is_signed(secret, timestamp=timestamp, body=raw, given=signature, now=work.now):
        raise NotAuthenticated("The message is not signed by the gateway, or older than five minutes.")
    return InboundReplyOut(reply=await reply_from_phone(work, ReplyFromPhone(body.id, body.sender, body.text)))
