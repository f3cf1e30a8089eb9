"""The API of files: banks of other tools in, the library out, each with what was not carried."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query, Request, Response

from app.domain.errors import BadContent
from app.domain.exchange import Format
from app.usecases.bring_file import bring_file
from app.web.access import Educator
from app.web.api_library import signer
from app.web.api_library_models import FileReport, ImportOut, Taken
from app.web.api_models import ALWAYS, also
from app.web.author_files import GONE, NAMES, library_file
from app.web.author_pages import sentence
from app.web.dependencies import ServicesDep, utc_now

router = APIRouter(prefix="/api", tags=["library"], responses=ALWAYS)
BYTES = "application/octet-stream"
FILE = {BYTES: {"schema": {"type": "string", "format": "binary"}}}
FileName = Annotated[
    str,
    Query(
        min_length=1,
        max_length=120,
        pattern=r"^[^\x00-\x1f]+$",
        description="The file's name: its ending tells the format.",
    ),
]


@router.post(
    "/imports",
    status_code=201,
    openapi_extra={"requestBody": {"required": True, "content": FILE}},
)
async def read_file(
    request: Request, name: FileName, services: ServicesDep, visitor: Educator
) -> ImportOut:
    """Read a bank of another tool. It waits until somebody takes or drops it."""
    if services.authoring.files is None:
        raise HTTPException(422, "This server reads no files.")
    try:
        brought = await bring_file(
            services.store,
            services.authoring.files,
            await request.body(),
            name,
            by=signer(visitor),
            now=utc_now(),
        )
    except BadContent as error:
        raise HTTPException(422, sentence(error)) from error
    return await imported(brought.id, services, visitor)


@router.get("/imports/{import_id}", responses=also(404))
async def imported(import_id: UUID, services: ServicesDep, _: Educator) -> ImportOut:
    """What a file held, and what could not be carried over."""
    async with services.store.begin() as work:
        brought = await work.authoring.imports.get(import_id)
    if brought is None:
        raise HTTPException(404, GONE)
    return ImportOut.of(brought)


@router.post("/imports/{import_id}/take", responses=also(404))
async def take(import_id: UUID, services: ServicesDep, visitor: Educator) -> Taken:
    """Make drafts of it; nothing is published."""
    async with services.store.begin() as work:
        if await work.authoring.imports.get(import_id) is None:
            raise HTTPException(404, GONE)
        made = await work.authoring.imports.take(import_id, by=signer(visitor), at=utc_now())
    return Taken(drafts=made)


@router.delete("/imports/{import_id}", status_code=204, responses=also(404))
async def drop(import_id: UUID, services: ServicesDep, _: Educator) -> None:
    """Drop it; no draft is made."""
    async with services.store.begin() as work:
        if await work.authoring.imports.get(import_id) is None:
            raise HTTPException(404, GONE)
        await work.authoring.imports.remove(import_id)


@router.get(
    "/exports/{named}",
    response_class=Response,
    responses={200: {"content": FILE}, **also(409)},
)
async def export(named: Format, services: ServicesDep, _: Educator) -> Response:
    """Everything that is offered, as a file; as YAML a whole copy."""
    exported = await library_file(services, named)
    told = {"Content-Disposition": f'attachment; filename="{NAMES[named]}"'}
    return Response(exported.data, media_type=BYTES, headers=told)


@router.get("/exports/{named}/report", responses=also(409))
async def export_report(named: Format, services: ServicesDep, _: Educator) -> FileReport:
    """What that file leaves out."""
    return FileReport.of((await library_file(services, named)).report)
