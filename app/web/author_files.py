"""Import, export, and drafts from a text."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from app.domain.authoring import Kind
from app.domain.errors import BadContent
from app.domain.exchange import Exported, Format
from app.domain.question import Rubric
from app.ports.errors import PortError
from app.usecases.bring_file import bring_file, export_library, losses_by_part
from app.usecases.draft_from_text import LONGEST_SOURCE, MOST_QUESTIONS, draft_from_text
from app.web.author_pages import NO_NAME, item_path, sentence, signed
from app.web.dependencies import Services, ServicesDep, utc_now
from app.web.educators import EducatorDep, remember, reviewer
from app.web.templating import render

router = APIRouter(prefix="/author")
SHOWN = 40
NAMES = {
    Format.YAML: "bank.yaml",
    Format.CSV: "bank.csv",
    Format.GIFT: "bank.gift",
    Format.MOODLE: "bank.xml",
    Format.QTI: "bank.zip",
}
GONE = "This import is not there any more: it was taken or dropped."


@router.get("/import")
async def import_page(request: Request, _: EducatorDep) -> Response:
    """Choose a file."""
    context = {"problem": "", "who": reviewer(request)}
    return render(request, "pages/author/import.html", context)


@router.post("/import")
async def read_file(request: Request, services: ServicesDep, _: EducatorDep) -> Response:
    """Read a file apart from the server, and show what came of it."""
    problem, brought, who = "", None, ""
    async with request.form(max_files=1, max_fields=5) as form:
        file, who = form.get("file"), signed(request, form.get("who"))
        if not who:
            problem = NO_NAME
        elif not isinstance(file, UploadFile) or not file.filename:
            problem = "Choose a file."
        elif services.authoring.files is None:
            problem = "This server reads no files."
        else:
            try:
                brought = await bring_file(
                    services.store,
                    services.authoring.files,
                    await file.read(),
                    file.filename,
                    by=who,
                    now=utc_now(),
                )
            except BadContent as error:
                problem = sentence(error)
    if brought is None:
        context = {"problem": problem, "who": who}
        return render(request, "pages/author/import.html", context, status=422)
    return remember(RedirectResponse(f"/author/import/{brought.id}", 303), who)


@router.get("/import/{import_id}")
async def imported_page(
    import_id: UUID, request: Request, services: ServicesDep, _: EducatorDep
) -> Response:
    """What the file held and what could not be carried over."""
    async with services.store.begin() as work:
        brought = await work.authoring.imports.get(import_id)
        items = await work.authoring.imports.items(import_id, SHOWN)
    if brought is None:
        raise HTTPException(404, GONE)
    context = {
        "brought": brought,
        "items": items,
        "total": sum(brought.counts.values()),
        "lost": losses_by_part(brought.report),
        "refusals": brought.report.refusals,
        "shown": SHOWN,
        "who": reviewer(request),
    }
    return render(request, "pages/author/imported.html", context)


@router.post("/import/{import_id}")
async def take_or_drop(
    import_id: UUID, request: Request, services: ServicesDep, _: EducatorDep
) -> Response:
    """Make drafts of it, or drop it."""
    form = await request.form()
    who = signed(request, form.get("who"))
    if not who:
        raise HTTPException(422, NO_NAME)
    async with services.store.begin() as work:
        if await work.authoring.imports.get(import_id) is None:
            raise HTTPException(404, GONE)
        if form.get("act") == "drop":
            await work.authoring.imports.remove(import_id)
            return RedirectResponse("/author/import", 303)
        await work.authoring.imports.take(import_id, by=who, at=utc_now())
    return remember(RedirectResponse("/author?state=draft", 303), who)


@router.get("/export")
async def export_page(
    request: Request,
    services: ServicesDep,
    _: EducatorDep,
    named: Annotated[Format | None, Query(alias="format")] = None,
) -> Response:
    """Choose a format, and see what is lost in it before it is downloaded."""
    exported = await library_file(services, named) if named is not None else None
    context = {
        "named": named,
        "exported": exported,
        "lost": losses_by_part(exported.report) if exported is not None else (),
        "formats": NAMES,
    }
    return render(request, "pages/author/export.html", context)


@router.get("/export/file")
async def export_file(
    services: ServicesDep, _: EducatorDep, named: Annotated[Format, Query(alias="format")]
) -> Response:
    """The file."""
    exported = await library_file(services, named)
    told = {"Content-Disposition": f'attachment; filename="{NAMES[named]}"'}
    return Response(exported.data, media_type="application/octet-stream", headers=told)


@router.get("/from-text")
async def text_page(request: Request, services: ServicesDep, _: EducatorDep) -> Response:
    """Paste a job description or lecture notes."""
    return await _text_page(request, services, {})


@router.post("/from-text")
async def from_text(request: Request, services: ServicesDep, _: EducatorDep) -> Response:
    """Draft questions from it."""
    form = await request.form()
    values = {name: str(form.get(name) or "") for name in ("source", "rubric", "count", "who")}
    who = signed(request, values["who"])
    rubric = await _rubric(services, values["rubric"])
    if not who or rubric is None:
        problem = "Choose a rubric." if who else NO_NAME
        return await _text_page(request, services, values, problem, 422)
    count = int(values["count"]) if values["count"].isdecimal() else 3
    try:
        drafts = await draft_from_text(
            services.store,
            values["source"],
            rubric,
            model=services.authoring.model,
            prompts=services.authoring.prompts,
            count=min(max(count, 1), MOST_QUESTIONS),
            by=who,
            now=utc_now(),
        )
    except BadContent as error:
        return await _text_page(request, services, values, sentence(error), 422)
    except PortError:
        told = "The model does not answer just now. Your text is below. Try again."
        return await _text_page(request, services, values, told, 503)
    goes_to = (
        item_path(Kind.QUESTION, drafts[0].id, "/edit")
        if len(drafts) == 1
        else "/author?state=draft"
    )
    return remember(RedirectResponse(goes_to, 303), who)


async def library_file(services: Services, named: Format) -> Exported:
    """The library as a file of this format; 409 where it can't be written."""
    files, desk = services.authoring.files, services.desk
    if files is None:
        raise HTTPException(409, "This server writes no files.")
    tasks = tuple(desk.tasks.values()) if desk is not None else ()
    try:
        return await export_library(services.store, files, named, tasks)
    except BadContent as error:
        raise HTTPException(409, sentence(error)) from error


async def _rubric(services: Services, rubric_id: str) -> Rubric | None:
    async with services.store.begin() as work:
        found = await work.authoring.published.offered(Kind.RUBRIC, rubric_id)
    return found if isinstance(found, Rubric) else None


async def _text_page(
    request: Request,
    services: Services,
    values: dict[str, Any],
    problem: str = "",
    status: int = 200,
) -> Response:
    async with services.store.begin() as work:
        rubrics = await work.authoring.published.all_offered(Kind.RUBRIC)
    context = {
        "rubrics": rubrics,
        "values": values,
        "problem": problem,
        "by_model": services.authoring.drafts_by_model,
        "longest": LONGEST_SOURCE,
        "most": MOST_QUESTIONS,
        "who": reviewer(request),
    }
    return render(request, "pages/author/from_text.html", context, status=status)
