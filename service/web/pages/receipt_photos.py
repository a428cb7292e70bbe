"""Photos of weighed lines: taken with the phone, one small form a line, so that a bad picture costs nothing else."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from service.api.dependencies import allows
from service.api.options import photos_of
from service.domain.device_actions import ActionKind
from service.domain.permissions import Action
from service.web.forms import Form, Typed
from service.web.offline import taken_offline
from service.web.page import Page, PageView
from service.web.routes import PageRoute
from service.workflows.add_photo import AddPhoto, add_photo
from service.workflows.do_action import PhotographLine
from service.workflows.kitchen_receipt import weighed_line

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.post(
    "/deliveries/{delivery_id}/lines/{delivery_line_id}/photos", dependencies=[allows(Action.DELIVERIES_RECEIVE)]
)
async def send_photo(delivery_id: UUID, delivery_line_id: UUID, page: Page, form: Form, request: Request) -> Response:
    """Keep a photo of a line."""
    line = await weighed_line(page.work, delivery_id, delivery_line_id)
    await add_photo(page.work, photos_of(request), AddPhoto(line.receipt_id, line.id, _picture(form)))
    return page.leave(f"/deliveries/{delivery_id}/receipt", said="photo_added")


async def _read_photo(_page: PageView, delivery_id: UUID, form: Typed) -> PhotographLine:
    line_id, content = form.identifier("line_id"), _picture(form)
    form.require()
    assert line_id is not None  # noqa: S101 (required above)
    return PhotographLine(delivery_id, line_id, content)


taken_offline(ActionKind.ADD_PHOTO, leads_to="/deliveries/{}/receipt", said="photo_added")(_read_photo)


def _picture(form: Typed) -> bytes:
    form.renamed["body"] = "photo"
    taken = form.files.get("photo", [])
    if not taken:
        form.faults.add("photo", "missing", "Take or choose a photo first.")
    form.require()
    return taken[0][1]
