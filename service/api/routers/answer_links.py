"""Links in messages that answer an order with one tap."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from service.api.answer_page import PAGE_POLICY, late_page, over_page, question_page, said_page
from service.api.credentials import credentials_of
from service.api.dependencies import Work, public
from service.api.options import options_of
from service.api.routes import UnitOfWorkRoute
from service.database.unit_of_work import UnitOfWork
from service.domain.answer_links import LINK_PATH, AnswerLink, link_of
from service.domain.errors import NotAuthenticated
from service.domain.permissions import Actor
from service.workflows.answer_by_link import LinkedOrder, answer_by_link, read_link
from service.workflows.authenticate import authenticate

router = APIRouter(prefix=LINK_PATH.rstrip("/"), tags=["notifications"], route_class=UnitOfWorkRoute)

Token = Annotated[str, Path(max_length=200, pattern=r"^[A-Za-z0-9_\-]+$", examples=["AZ"])]


@router.get("/{token}", dependencies=[public()], response_class=HTMLResponse)
async def show_answer_link(token: Token, request: Request, work: Work) -> HTMLResponse:
    """Show what a tap would take, or too late what became of it; looking changes nothing, nor do previews of links."""
    link = link_of(token, options_of(request).secret_key, work.now)
    order = await _read(request, work, link) if link else None
    return _answer(_shown(request, order) if order else over_page())


@router.post("/{token}", dependencies=[public(is_idempotent=True)], response_class=HTMLResponse)
async def use_answer_link(token: Token, request: Request, work: Work) -> HTMLResponse:
    """Take all that the link is about and still waits."""
    link = link_of(token, options_of(request).secret_key, work.now)
    if link is None:
        return _answer(over_page())
    if await answer_by_link(work, link):
        return _answer(said_page("Terima kasih", "Jawaban Anda sudah dicatat: semua barang disanggupi."))
    order = await _read(request, work, link)
    if order is not None and order.lost:
        return _answer(_shown(request, order))
    return _answer(said_page("Sudah dijawab", "Tidak ada lagi yang menunggu jawaban lewat tautan ini."))


def _answer(page: str) -> HTMLResponse:
    return HTMLResponse(page, headers={"Content-Security-Policy": PAGE_POLICY})


async def _read(request: Request, work: UnitOfWork, link: AnswerLink) -> LinkedOrder | None:
    return await read_link(replace(work, actor=await _reader(request, work)), link)


async def _reader(request: Request, work: UnitOfWork) -> Actor | None:
    """Return who has logged in where the link is opened; it works without."""
    credentials = credentials_of(request)
    try:
        return await authenticate(work, credentials.secret, options_of(request).entry_rules) if credentials else None
    except NotAuthenticated:
        return None


def _shown(request: Request, order: LinkedOrder) -> str:
    return late_page(order, request.url.path) if order.lost else question_page(order)
