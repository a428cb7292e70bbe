"""Lists that give themselves as files: what a list answers is what its file holds, so neither can show more."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar, get_args, get_origin

from fastapi import APIRouter, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from service.api.file_columns import Setting, columns_of, rows_of
from service.api.list_files import FILES, Kind, as_file, zone_of
from service.database.queries.entry_facts import read_items
from service.database.unit_of_work import UnitOfWork
from service.files.bounds import MOST_ROWS
from service.files.tables import FileKind

Lister = TypeVar("Lister", bound=Callable[..., Awaitable[Any]])
Exporter = Callable[..., Awaitable[Response]]

PAGING: Final[dict[str, Any]] = {"after": None, "limit": MOST_ROWS + 1}
"""What a list is asked with for its file: all of it, and one row more than a file may have."""
KIND: Final = "file_kind"


def exported(router: APIRouter, name: str, *, each: str | None = None) -> Callable[[Lister], Lister]:
    """Mount beside a list's route, which it stands above, ``.../export``: same filters, same right, same rows.

    Stand the list before routes of single things: ``/items/export`` must not be looked up as an item.

    Parameters
    ----------
    name
        Of the file that is saved, without its ending.
    each
        The field whose parts have a row each, if a row of the list is best read part by part.
    """

    def mount(listed: Lister) -> Lister:
        route = next(one for one in router.routes if isinstance(one, APIRoute) and one.endpoint is listed)
        words = [word for word in route.path.replace("-", "_").split("/") if word and not word.startswith("{")]
        router.add_api_route(
            f"{route.path.removeprefix(router.prefix)}/export",
            _exporter(listed, _row_model(route), name, each),
            methods=["GET"],
            dependencies=route.dependencies,
            name=f"export_{'_'.join(words)}",
            description=f"{inspect.getdoc(listed)}\n\nAll of it as a file.",
            response_class=Response,
            responses=FILES,
        )
        return listed

    return mount


def _exporter(listed: Callable[..., Awaitable[Any]], model: type[BaseModel], name: str, each: str | None) -> Exporter:
    signature = inspect.signature(listed, eval_str=True)
    asked = {key: value for key, value in PAGING.items() if key in signature.parameters}
    columns = columns_of(model, each=each)

    async def export(**given: Any) -> Response:  # noqa: ANN401 (what the list takes)
        kind: FileKind = given.pop(KIND)
        work: UnitOfWork = given["work"]
        answered = await listed(**given, **asked)
        found = answered if isinstance(answered, list) else answered.items
        items = await read_items(work.session) if any(column.of_item for column in columns) else {}
        rows = await asyncio.to_thread(rows_of, columns, found, Setting(items, await zone_of(work)), each=each)
        return await as_file(work, name, kind, [column.title for column in columns], rows)

    keyword = inspect.Parameter.KEYWORD_ONLY
    taken = [one.replace(kind=keyword) for key, one in signature.parameters.items() if key not in PAGING]
    taken.append(inspect.Parameter(KIND, keyword, default=FileKind.XLSX, annotation=Kind))
    export.__signature__ = inspect.Signature(taken)  # type: ignore[attr-defined]
    return export


def _row_model(route: APIRoute) -> type[BaseModel]:
    answer = route.response_model
    rows = answer if get_origin(answer) is list else answer.model_fields["items"].annotation
    (model,) = get_args(rows)
    return model  # type: ignore[no-any-return]
