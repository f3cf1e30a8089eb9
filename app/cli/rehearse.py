"""`sounding rehearse`: hold a whole interview with recorded answers, through the real socket."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from websockets.exceptions import WebSocketException

from app.bench.started import NotStarted, address_of, stop
from app.cli.answers import Answers, BadAnswers, read_answers
from app.cli.bank import bank_document
from app.cli.candidate import Candidate, CandidateFailed, camera_frames
from app.domain.consent import Modality, Purpose, require_allowed
from app.domain.errors import BadContent, PurposeForbids

ROOT = Path(__file__).resolve().parent.parent.parent
OVER = ("completed", "ended_early", "failed")

Document = dict[str, Any]


class BadRehearsal(Exception):
    """The command's words are wrong; the message says what was expected."""


class RehearsalFailed(Exception):
    """The rehearsal began and could not be brought to its end."""


@dataclass(frozen=True)
class Rehearsal:
    """What to rehearse."""

    track: str
    answers: Path
    code: Path | None = None
    url: str | None = None
    order: str = "authored"
    seed: int = 0
    purpose: str = "practice"
    consents: tuple[str, ...] = ("audio", "delivery")
    camera: Path | None = None
    timeout: float = 1800.0


def rehearse(wanted: Rehearsal) -> Document:
    """Hold the interview and wait for its grades; the report's document.

    Raises:
        BadRehearsal: the track, the answers, a consent or a file is wrong.
        RehearsalFailed: no server answers, or time ran out; says what was kept.
    """
    _require_consents(wanted)
    try:
        answers = read_answers(wanted.answers)
        frames = camera_frames(wanted.camera) if wanted.camera else ()
        code = wanted.code.read_text(encoding="utf-8") if wanted.code else None
    except (BadAnswers, ValueError, OSError) as error:
        raise BadRehearsal(str(error)) from error
    questions = _order(wanted)
    if not wanted.url:
        _require_track(wanted.track, _shipped_tracks())
    with _server(wanted) as url:
        with _told(url):
            _require_track(wanted.track, _tracks_of(url))
            interview = _make(url, wanted, answers, code, questions)
        candidate = Candidate(url, interview, answers, code, _language(wanted.code), frames)
        return asyncio.run(_hold(wanted, candidate))


async def _hold(wanted: Rehearsal, candidate: Candidate) -> Document:
    began = time.monotonic()
    try:
        async with asyncio.timeout(wanted.timeout):
            await candidate.hold()
            return await _graded(candidate)
    except TimeoutError as error:
        seconds = round(time.monotonic() - began)
        raise RehearsalFailed(
            f"not graded after {seconds} s; interview {candidate.interview} is kept"
        ) from error
    except CandidateFailed as error:
        raise RehearsalFailed(f"{error} Interview {candidate.interview} is kept.") from error
    except (httpx.HTTPError, WebSocketException, ValueError) as error:
        raise RehearsalFailed(
            f"the server at {candidate.url} stopped answering ({type(error).__name__}); "
            f"interview {candidate.interview} is kept"
        ) from error


async def _graded(candidate: Candidate) -> Document:
    address = f"{candidate.url}/api/interviews/{candidate.interview}/report"
    async with httpx.AsyncClient(timeout=30) as client:
        while True:
            document: Document = (await client.get(address)).json()
            if document.get("status") in OVER:
                return document
            await asyncio.sleep(0.5)


def _require_consents(wanted: Rehearsal) -> None:
    known = tuple(modality.value for modality in Modality)
    for name in wanted.consents:
        if name not in known:
            raise BadRehearsal(f"expected consents among {', '.join(known)}, found {name}")
        try:
            require_allowed(Purpose(wanted.purpose), Modality(name))
        except PurposeForbids as error:
            raise BadRehearsal(f"--consent {name}: {error}") from error


def _require_track(track: str, known: Iterable[str]) -> None:
    there = sorted(known)
    if track not in there:
        raise BadRehearsal(f"no track {track!r}; there are {', '.join(there)}")


def _shipped_tracks() -> list[str]:
    try:
        return [track["id"] for track in bank_document(ROOT)["tracks"]]
    except BadContent as error:
        raise BadRehearsal(str(error)) from error


def _tracks_of(url: str) -> list[str]:
    listed = httpx.get(f"{url}/api/tracks", timeout=30).raise_for_status().json()
    return [str(track["id"]) for track in listed]


@contextmanager
def _told(url: str) -> Iterator[None]:
    """What a server says wrong, or does not say, as one line."""
    try:
        yield
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise BadRehearsal(f"--url: expected http://HOST:PORT, found {url!r}") from error
    except httpx.TransportError as error:
        raise RehearsalFailed(f"no server answers at {url} ({type(error).__name__})") from error
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise RehearsalFailed(f"{url} answers, but not as a Sounding server") from error


def _make(
    url: str, wanted: Rehearsal, answers: Answers, code: str | None, questions: list[str]
) -> str:
    made = httpx.post(
        f"{url}/api/interviews",
        json={
            "track": wanted.track,
            "purpose": wanted.purpose,
            "consents": wanted.consents,
            "code": code or "",
            "language": _language(wanted.code),
            "order": "adaptive" if wanted.order == "adaptive" else "authored",
            "seed": wanted.seed,
            "asks": answers.highest,
            "questions": questions,
        },
        timeout=30,
    )
    if made.status_code == 422:
        raise BadRehearsal(str(made.json().get("detail", made.text)))
    if made.status_code != 201:
        raise RehearsalFailed(f"the server answered {made.status_code}")
    return str(made.json()["id"])


def _order(wanted: Rehearsal) -> list[str]:
    """With `--order file`, the question ids of `order.txt`; else none, for the track's order."""
    if wanted.order != "file":
        return []
    listed = wanted.answers / "order.txt"
    if not listed.is_file():
        raise BadRehearsal(f"{listed}: expected question ids, one a line, found no file")
    return [line.strip() for line in listed.read_text().splitlines() if line.strip()]


def _language(code: Path | None) -> str:
    endings = {".py": "python", ".js": "javascript", ".java": "java", ".c": "c", ".go": "go"}
    return endings.get(code.suffix.lower(), "other") if code else "python"


@contextmanager
def _server(wanted: Rehearsal) -> Iterator[str]:
    """The given server, or one of our own on a free port with a store of its own."""
    if wanted.url:
        yield wanted.url.rstrip("/")
        return
    with TemporaryDirectory(prefix="sounding-rehearsal-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        environment = os.environ | {"SOUNDING_PORT": "0"}
        environment.setdefault("SOUNDING_DATA_DIR", f"{name}/data")
        server = subprocess.Popen(
            [sys.executable, "-m", "app.cli.main", "serve"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield _address(server)
        finally:
            stop(server)


def _address(server: subprocess.Popen[str]) -> str:
    try:
        return address_of(server)
    except NotStarted as error:
        raise RehearsalFailed(f"{error}; what it said stands above") from error


def write_report(document: Document, out: Path) -> None:
    """Write the document; raises OSError."""
    out.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
