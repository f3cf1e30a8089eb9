"""`sounding bench latency`: from the true end of speech to the first audio, beside Pipecat.

Every system hears the same recordings in real time, over its real socket, and answers with the same
voice, recogniser and turn detector. With the scripted model the systems take turns answer by
answer, so that they share the machine's noise, and nothing is graded behind them. In basic mode
Sounding runs as it does by default, grading with the local model behind the interview; then one
system runs after the other, so that this work is in nobody else's way.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from app.adapters.files.models import ModelStore
from app.bench.errors import BenchFailed, BenchRefused
from app.bench.exchange import Row, ratio_of_excess, ratio_of_totals, summary
from app.bench.machine import machine
from app.bench.peer_pipecat import VERSION, peer_python, pipecat_client, serving_pipecat
from app.bench.scripted_model import scripted_model, scripted_settings
from app.bench.serving import serving
from app.bench.sounding_client import sounding_client
from app.bench.timed_answers import TimedAnswer, default_answers, read_answers, warm_up

PEERS = ("pipecat", "none")
MODELS = ("scripted", "basic")
NEEDED = ("whisper-base", "piper-joe", "silero-vad", "smart-turn", "minilm")
READINGS = 2
MOST_ASKED = 15
THREADS = 2


class Client(Protocol):
    """A system that answers can be said to."""

    async def answer(self, answer: TimedAnswer) -> None:
        """Say it, and wait for the first audio after its end."""
        ...

    async def settled(self) -> None:
        """Wait until the system is silent again."""
        ...

    def rows(self) -> list[Row]:
        """What each answer met."""
        ...


Opening = AbstractAsyncContextManager[Client]


@dataclass(frozen=True)
class System:
    """How a system under test is started: ours by settings, the peer by its recogniser."""

    name: str
    settings: dict[str, str] | None = None
    short_window: bool = False


OURS = (
    System("sounding", {"SOUNDING_ENDPOINTING": "patient"}),
    System("sounding_quick", {"SOUNDING_ENDPOINTING": "quick"}),
)
THEIRS = (System("pipecat"), System("pipecat_short_window", short_window=True))


def bench_latency(
    *,
    peer: str,
    audio: Path | None,
    model: str,
    data: Path | None,
    seed: int = 0,
    limit: int | None = None,
) -> dict[str, Any]:
    """Say the same answers, at most `limit`, to each system and sum up when each answered.

    With `seed` the system begins that is so many places further down the list.

    Raises:
        BenchRefused: a word of the command is wrong, or a model file is missing.
        BenchFailed: a system did not start, or stopped answering.
    """
    _require(peer, PEERS, "--peer")
    _require(model, MODELS, "--model")
    models = ModelStore()
    if missing := models.missing(NEEDED + (("local-llm",) if model == "basic" else ())):
        raise BenchRefused(f"missing: {', '.join(missing)}; run `sounding models fetch`")
    voice = models.model_folder("piper-joe")
    answers = read_answers(audio) if audio else default_answers(voice, THREADS, data, READINGS)
    python = peer_python() if peer == "pipecat" else None
    answers = answers[:limit]
    before = machine()
    with scripted_model() as llm:
        run = _Run([warm_up(voice, THREADS), *answers], models, model, llm, python, seed)
        rows = run.all(OURS + (THEIRS if python else ()))
    return _document(rows, before, peer, model) | {"seed": seed}


@dataclass(frozen=True)
class _Run:
    """The answers, the first of which only warms up, and what the systems stand on."""

    answers: list[TimedAnswer]
    models: ModelStore
    model: str
    llm: str
    python: Path | None
    first: int = 0

    def all(self, systems: Sequence[System]) -> dict[str, list[Row]]:
        """Every system's rows: in turn when nothing runs behind them, else one after the other."""
        together = self.model == "scripted"
        groups = [list(systems)] if together else [[system] for system in systems]
        rows: dict[str, list[Row]] = {}
        for group in groups:
            with ExitStack() as stack:
                openings = {s.name: stack.enter_context(self._started(s)) for s in group}
                rows |= asyncio.run(self._said(openings))
        return rows

    @contextmanager
    def _started(self, system: System) -> Iterator[Opening]:
        """The system's process; how a client of it is opened."""
        _tell(f"starting {system.name}")
        if system.settings is not None:
            with serving(self._settings() | system.settings) as served:
                yield sounding_client(served.url, MOST_ASKED)
            return
        if self.python is None:
            raise BenchFailed("expected the peer's Python, found none")
        with serving_pipecat(
            self.python,
            whisper=self.models.model_folder("whisper-base"),
            voice=self.models.model_folder("piper-joe"),
            llm=self.llm,
            short_window=system.short_window,
        ) as server:
            yield pipecat_client(server)

    def _settings(self) -> dict[str, str]:
        if self.model == "basic":
            return {}
        return scripted_settings(self.llm) | {"SOUNDING_WORKER": "none"}

    async def _said(self, openings: Mapping[str, Opening]) -> dict[str, list[Row]]:
        """Say each answer to each system; who comes first changes from answer to answer."""
        async with AsyncExitStack() as stack:
            clients = [
                (name, await stack.enter_async_context(opening))
                for name, opening in openings.items()
            ]
            for number, answer in enumerate(self.answers):
                first = (number + self.first) % len(clients)
                for name, client in clients[first:] + clients[:first]:
                    _tell(f"{number}/{len(self.answers) - 1} {answer.name}: {name}")
                    await client.answer(answer)
            for _, client in clients:
                await client.settled()
            return {name: client.rows()[1:] for name, client in clients}


def _tell(progress: str) -> None:
    sys.stderr.write(f"{progress}\n")
    sys.stderr.flush()


def _require(word: str, known: Sequence[str], option: str) -> None:
    if word not in known:
        raise BenchRefused(f"{option}: expected {' or '.join(known)}, found {word}")


def _document(
    rows: Mapping[str, list[Row]], before: dict[str, Any], peer: str, model: str
) -> dict[str, Any]:
    systems = {name: summary(own) for name, own in rows.items()}
    document: dict[str, Any] = {
        "machine": before,
        "version": version("sounding"),
        "model": model,
        "peer": f"pipecat {VERSION}" if peer == "pipecat" else None,
        "order": "in turn, answer by answer" if model == "scripted" else "one after the other",
        **systems,
    }
    if peer == "pipecat":
        ratio, both = ratio_of_totals(rows["sounding_quick"], rows["pipecat"])
        document |= {
            "ratio_quick_total": ratio,
            "ratio_quick_total_n": both,
            "ratio_excess": ratio_of_excess(systems["sounding"], systems["pipecat"]),
        }
    return document
