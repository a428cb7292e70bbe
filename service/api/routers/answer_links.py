"""Links in messages that answer an order with one tap."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from service.api.answer_page import question_page, said_page
from service.api.dependencies import Work, public
from service.api.options import options_of
from service.api.routes import UnitOfWorkRoute
from service.domain.answer_links import link_of
from service.workflows.answer_by_link import answer_by_link, read_link

router = APIRouter(prefix="/answer-links", tags=["notifications"], route_class=UnitOfWorkRoute)

Token = Annotated[str, Path(max_length=200, pattern=r"^[A-Za-z0-9_\-]+$", examples=["AZ"])]
_OVER = ("Tautan tidak berlaku", "Tautan ini tidak berlaku, atau waktunya sudah habis. Lihat pesan terbaru Anda.")


@router.get("/{token}", dependencies=[public()], response_class=HTMLResponse)
async def show_answer_link(token: Token, request: Request, work: Work) -> HTMLResponse:
    """Show what a tap would take, or too late what became of it; looking changes nothing, nor do previews of links."""
    link = link_of(token, options_of(request).secret_key, work.now)
    order = await read_link(work, link) if link else None
    return HTMLResponse(question_page(order) if order else said_page(*_OVER))


@router.post("/{token}", dependencies=[public(is_idempotent=True)], response_class=HTMLResponse)
async def use_answer_link(token: Token, request: Request, work: Work) -> HTMLResponse:
    """Take all that the link is about and still waits."""
    link = link_of(token, options_of(request).secret_key, work.now)
    if link is None:
        return HTMLResponse(said_page(*_OVER))
    if await answer_by_link(work, link):
        return HTMLResponse(said_page("Terima kasih", "Jawaban Anda sudah dicatat: semua barang disanggupi."))
    order = await read_link(work, link)
    if order is not None and order.lost:
        return HTMLResponse(question_page(order))
    return HTMLResponse(said_page("Sudah dijawab", "Tidak ada lagi yang menunggu jawaban lewat tautan ini."))
