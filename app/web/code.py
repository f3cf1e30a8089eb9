"""The coding desk over HTTP: the task, versions, runs, hints, dropped files, what was noticed.

Only an interview that is not over has a desk that changes. Fragments are the room's own partials.
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict, replace
from typing import Annotated, Any, Literal, NoReturn

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.agent.code_rulings import rulings_of
from app.domain.code_story import CodeStory, stories
from app.domain.coding import MOST_CODE, Noticed, Snapshot
from app.domain.errors import BadContent
from app.domain.interview import Interview, InterviewStatus
from app.domain.report import Report
from app.ports.errors import EngineBusy
from app.usecases.coding_desk import LANGUAGES, CodingDesk, Desk
from app.usecases.unpack_code import MOST_BYTES, unpack
from app.web.access import OWN
from app.web.dependencies import InterviewDep, Services, ServicesDep
from app.web.forms import Language
from app.web.frames import limited_body
from app.web.templating import render

router = APIRouter(prefix="/interviews/{interview_id}/code", dependencies=[Depends(OWN)])
OPEN = frozenset({InterviewStatus.CREATED, InterviewStatus.LIVE})
Storable = AfterValidator(lambda text: text.replace("\x00", ""))
BUSY = "Many programs run just now. Your code is kept. Try again in a moment."


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Version(_Body):
    """The code as it stands in the editor."""

    code: Annotated[str, Field(max_length=MOST_CODE), Storable]
    language: Language = "python"
    cause: Literal["edit", "reset", "file", "start"] = "edit"
    question: Annotated[str, Field(max_length=80)] = ""


class Wanted(_Body):
    """What to run."""

    code: Annotated[str, Field(max_length=MOST_CODE), Storable]
    language: Language = "python"
    kind: Literal["tests", "program"] = "tests"


class Event(_Body):
    """What the page noticed."""

    kind: Literal["paste", "left", "returned"]
    characters: int | None = Field(None, ge=0, le=1_000_000)


def _desk(services: ServicesDep) -> CodingDesk:
    if services.desk is None:
        raise HTTPException(404, "This server has no coding desk.")
    return services.desk


DeskDep = Annotated[CodingDesk, Depends(_desk)]


def _open(interview: InterviewDep) -> Interview:
    if interview.status not in OPEN:
        raise HTTPException(409, "The interview is over, so its code stays as it is.")
    return interview


OpenDep = Annotated[Interview, Depends(_open)]


def clock_of(services: Services, interview: Interview) -> float:
    """The interview's clock: the live one where it is live here, else the stored one."""
    for place in services.hall.load.places:
        if place.interview_id == interview.id:
            return round(place.clock_s, 3)
    return interview.clock_s


@router.get("")
async def desk(
    request: Request, interview: OpenDep, services: ServicesDep, desk: DeskDep
) -> Response:
    """The desk of the open question."""
    laid = await desk.open(interview, clock_of(services, interview))
    return _rendered(request, interview, desk, laid)


@router.post("/versions")
async def save(
    wanted: Version, interview: OpenDep, services: ServicesDep, desk: DeskDep
) -> JSONResponse:
    """Keep a version of the code."""
    at = clock_of(services, interview)
    question = wanted.question or (await desk.lay(interview)).question_id
    version = Snapshot(interview.id, question, wanted.language, wanted.code, wanted.cause, at)
    kept = await desk.history.save(version)
    if kept is None:
        _gone()
    return JSONResponse({"number": kept.number})


@router.post("/runs")
async def run(
    request: Request, wanted: Wanted, interview: OpenDep, services: ServicesDep, desk: DeskDep
) -> Response:
    """Run the code as it stands: the results as a fragment."""
    at = clock_of(services, interview)
    laid = await desk.lay(interview)
    question = laid.question_id
    version = Snapshot(interview.id, question, wanted.language, wanted.code, "run", at)
    kept = await desk.history.save(version)
    if kept is None:
        _gone()
    if kept.code != wanted.code:
        kept = replace(version, number=kept.number)
    try:
        found = await desk.run(replace(kept, at_s=at), tests=wanted.kind == "tests")
    except EngineBusy as error:
        raise HTTPException(503, BUSY) from error
    return render(request, "partials/code/results.html", {"run": found, "over": False})


@router.post("/events")
async def notice(
    request: Request, event: Event, interview: OpenDep, services: ServicesDep, desk: DeskDep
) -> Response:
    """Keep what was noticed; the log as both sides see it."""
    at = clock_of(services, interview)
    if not await desk.history.notice(Noticed(interview.id, event.kind, at, event.characters)):
        _gone()
    noticed = await desk.history.noticed(interview.id)
    return render(request, "partials/code/log.html", {"noticed": noticed})


@router.post("/hints")
async def hint(
    request: Request, interview: OpenDep, services: ServicesDep, desk: DeskDep
) -> Response:
    """Give the next hint; the task with it."""
    await desk.hint(interview, clock_of(services, interview))
    return _rendered(request, interview, desk, await desk.lay(interview))


@router.post("/files")
async def drop(
    request: Request,
    interview: OpenDep,
    services: ServicesDep,
    desk: DeskDep,
    name: Annotated[str, Query(max_length=200)],
) -> JSONResponse:
    """Read a file, a zip or a git bundle; its source files for the editor to choose from."""
    body = await limited_body(request, MOST_BYTES)
    try:
        found = await asyncio.to_thread(unpack, name, body)
    except BadContent as error:
        raise HTTPException(422, f"This was not taken: {error}.") from error
    at = clock_of(services, interview)
    characters = sum(len(file.code) for file in found.files)
    shown = "".join(c for c in name if c.isprintable())
    await desk.history.notice(Noticed(interview.id, "file", at, characters, shown))
    files = [asdict(file) for file in found.files]
    return JSONResponse({"files": files, "left_out": found.left_out})


def _rendered(request: Request, interview: Interview, desk: CodingDesk, laid: Desk) -> Response:
    return render(request, "partials/code/task.html", desk_context(interview, desk, laid))


def desk_context(interview: Interview, desk: CodingDesk, laid: Desk) -> dict[str, Any]:
    """What the partials of the desk need."""
    languages = list(laid.task.starters) if laid.task else [laid.language]
    return {
        "interview": interview,
        "desk": laid,
        "languages": [(name, LANGUAGES.get(name, name)) for name in languages],
        "starters": dict(laid.task.starters) if laid.task else {},
        "unavailable": {name: desk.unavailable(name) for name in languages},
        "run": laid.last_run,
        "noticed": laid.noticed,
        "over": False,
    }


async def code_of(services: Services, report: Report) -> dict[str, Any]:
    """The code part of a report; None as `code` where no code was kept."""
    if services.desk is None:
        return {"code": None, "noticed": (), "verdicts": {}}
    history, interview_id = services.desk.history, report.interview.id
    versions = await history.snapshots(interview_id)
    runs = await history.runs(interview_id)
    noticed = await history.noticed(interview_id)
    titles = {name: task.title for name, task in services.desk.tasks.items()}
    told = stories(versions, runs, report.turns, titles)
    verdicts = {ruled.turn.index: ruled.ruling.verdict for ruled in rulings_of(report.turns)}
    return {"code": told if told or noticed else None, "noticed": noticed, "verdicts": verdicts}


async def code_document(services: Services, report: Report) -> list[dict[str, Any]] | None:
    """The code part of a report's document: None where no code was kept; no hidden values."""
    told = await code_of(services, report)
    if told["code"] is None:
        return None
    return [_page(story) for story in told["code"]]


def _page(story: CodeStory) -> dict[str, Any]:
    growth = story.growth
    versions = [
        {"number": v.number, "at_s": v.at_s, "cause": v.cause, "code": v.code}
        for v in story.versions
    ]
    runs = [
        {
            "version": run.snapshot,
            "at_s": run.at_s,
            "kind": run.kind,
            "outcome": run.outcome,
            "passed": run.passed if run.cases else None,
            "cases": len(run.cases) or None,
        }
        for run in story.runs
    ]
    return {
        "question_id": story.question_id,
        "language": story.last.language if story.last else None,
        "versions": versions,
        "runs": runs,
        "growth": asdict(growth) | {"words": growth.words} if growth else None,
    }


def _gone() -> NoReturn:
    raise HTTPException(404, "There is no such interview. It may have been deleted.")
