"""`sounding bench`: what Sounding can do, measured, with peers and baselines in the same run.

Each bench is one module of `app/bench` with a function that returns a plain document. Numbers go to
stdout, progress to stderr.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.bench.errors import BenchFailed, BenchRefused

if TYPE_CHECKING:
    from app.bench.grading import Tools

bench_app = typer.Typer(
    help="Measure accuracy and speed, beside a peer or a baseline in the same run.",
    no_args_is_help=True,
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Data = Annotated[
    Path | None,
    typer.Option(envvar="SOUNDING_DATA", help="Folder of labelled data (SOUNDING_DATA)."),
]


@bench_app.callback()
def benches() -> None:
    """Measure; each bench prints the machine that it ran on."""


@bench_app.command()
def endpointing(
    audio: Annotated[
        Path | None, typer.Option(help="Speech files with their words in a .txt beside each.")
    ] = None,
    data: Data = None,
    seed: Annotated[int, typer.Option(help="Seed of the places where pauses are put.")] = 0,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Try at most this many files of each kind.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Pauses put into real speech: who is cut off, and how long a true end waits."""
    from app.bench.endpointing import bench_endpointing

    _run(lambda: bench_endpointing(audio=audio, data=data, seed=seed, limit=limit), as_json=as_json)


@bench_app.command()
def latency(
    peer: Annotated[str, typer.Option(help="pipecat or none.")] = "none",
    audio: Annotated[Path | None, typer.Option(help="Folder of answers, wav or flac.")] = None,
    model: Annotated[str, typer.Option(help="scripted or basic.")] = "scripted",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """End of speech to first audio, beside Pipecat on the same models and the same answers."""
    from app.bench.latency import bench_latency

    _run(lambda: bench_latency(peer=peer, audio=audio, model=model, data=data), as_json=as_json)


@bench_app.command()
def load(
    most: Annotated[int, typer.Option(help="Try at most this many interviews at once.")] = 8,
    seconds: Annotated[float, typer.Option(help="Seconds at each number of interviews.")] = 90.0,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """How many interviews at once before the 95th percentile of the response time doubles."""
    from app.bench.load import bench_load

    _run(lambda: bench_load(most=most, seconds=seconds, data=data), as_json=as_json)


@bench_app.command()
def soak(
    minutes: Annotated[float, typer.Option(help="How long.")] = 60.0,
    interviews: Annotated[int, typer.Option(help="Interviews at once.")] = 2,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Interviews with lost connections for a long time: memory must not grow, no word be lost."""
    from app.bench.soak import bench_soak

    _run(lambda: bench_soak(minutes=minutes, interviews=interviews, data=data), as_json=as_json)


@bench_app.command()
def conversation(
    scripts: Annotated[Path | None, typer.Option(help="Folder of scripted candidates.")] = None,
    model: Annotated[str, typer.Option(help="basic, or a model such as openai:NAME.")] = "basic",
    as_json: Json = False,
) -> None:
    """Scripted candidates against the checks on the interviewer."""
    from app.bench.conversation import bench_conversation

    _run(lambda: bench_conversation(scripts=scripts, model=model), as_json=as_json)


@bench_app.command()
def grading(
    data: Data = None,
    seed: Annotated[int, typer.Option(help="Seed of the splits.")] = 0,
    judge: Annotated[
        str, typer.Option(help="A model whose votes are tried beside the scorer, such as local.")
    ] = "none",
    limit: Annotated[int, typer.Option(min=20, help="Answers of a data set to vote on.")] = 80,
    as_json: Json = False,
) -> None:
    """Agreement with human marks on labelled answers, and attacks; or what a judge adds to it."""
    from app.bench.grading import Tools, bench_grading
    from app.cli.train import cached_embedder, row_file

    try:
        from app.training.scorer import adapt_scorer, fit_scorer
    except ModuleNotFoundError as error:
        typer.echo(f"sounding: {error}; install the extra: pip install 'sounding[train]'", err=True)
        raise typer.Exit(1) from None
    store = row_file()
    tools = Tools(cached_embedder(store).embed, store, fit_scorer, adapt_scorer)
    if judge != "none":
        _run(lambda: _with_judge(judge, data, seed, limit, tools), as_json=as_json)
        return
    _run(lambda: bench_grading(data=data, seed=seed, tools=tools), as_json=as_json)


def _with_judge(
    judge: str, data: Path | None, seed: int, limit: int, tools: Tools
) -> dict[str, Any]:
    from app.bench.grading_judge import bench_judge
    from app.cli.grading_parts import voting_model

    model, prompts = voting_model(judge)
    return bench_judge(data=data, seed=seed, limit=limit, tools=tools, model=model, prompts=prompts)


@bench_app.command()
def face(
    data: Data = None,
    model: Annotated[
        Path | None, typer.Option(help="A model of your own from `sounding train face`.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the choice that --limit makes.")] = 0,
    limit: Annotated[
        int | None, typer.Option(min=20, help="At most so many faces and frames.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Expressions of labelled faces, and frames per second beside DeepFace's own pipeline."""
    from app.bench.face import bench_face

    _run(lambda: bench_face(data=data, model=model, seed=seed, limit=limit), as_json=as_json)


@bench_app.command()
def attacks(
    data: Data = None,
    seed: Annotated[int, typer.Option(help="Seed of what the wordings are filled with.")] = 0,
    as_json: Json = False,
) -> None:
    """Attacks on the gates, with wordings that no threshold was set on, and with known ones."""
    from app.bench.attack_files import bench_attacks
    from app.cli.train import cached_embedder, row_file

    embed = cached_embedder(row_file()).embed
    _run(lambda: bench_attacks(data=data, seed=seed, embed=embed), as_json=as_json)


@bench_app.command()
def adaptive(
    seed: Annotated[int, typer.Option(help="Seed of the simulated learners.")] = 0,
    as_json: Json = False,
) -> None:
    """Ability after a few questions, chosen by information and at random."""
    from app.bench.adaptive import bench_adaptive

    _run(lambda: bench_adaptive(seed=seed), as_json=as_json)


@bench_app.command()
def voice(
    data: Data = None,
    seed: Annotated[int, typer.Option(help="Seed of the folds and fits.")] = 0,
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most this many recordings of each kind of speech.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Stress in voices by speakers left out, the shipped index, speed, words and fillers."""
    from app.bench.voice import bench_voice

    try:
        from app.cli.train_voice import voice_tools
    except ModuleNotFoundError as error:
        typer.echo(f"sounding: {error}; install the extra: pip install 'sounding[train]'", err=True)
        raise typer.Exit(1) from None
    _run(
        lambda: bench_voice(data=data, seed=seed, limit=limit, tools=voice_tools()),
        as_json=as_json,
    )


@bench_app.command("code-facts")
def code_facts(
    code: Annotated[Path | None, typer.Option(help="Folder of programs.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Read at most this many programs.")
    ] = None,
    live_seconds: Annotated[
        float, typer.Option(help="Also a live interview beside four programs, in such stretches.")
    ] = 0.0,
    as_json: Json = False,
) -> None:
    """Facts stated about programs, each checked by a new run, and the probes made from them."""
    from app.bench.code_facts import bench_code_facts

    _run(
        lambda: bench_code_facts(code=code, limit=limit, live_seconds=live_seconds), as_json=as_json
    )


@bench_app.command()
def coach(
    data: Annotated[
        Path | None, typer.Option(help="Folder with interviews.yaml and questions.yaml.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask at most this many.")] = None,
    as_json: Json = False,
) -> None:
    """Written questions to the coach: each sentence with each citation, checked by other code."""
    from app.bench.coach import bench_coach
    from app.settings import Settings

    models = Settings().models
    _run(
        lambda: bench_coach(folder=data, models=models, url=None, limit=limit),
        as_json=as_json,
    )


def _run(bench: Callable[[], dict[str, Any]], *, as_json: bool) -> None:
    try:
        document = bench()
    except BenchRefused as error:
        typer.echo(f"sounding: {error}", err=True)
        raise typer.Exit(2) from None
    except BenchFailed as error:
        typer.echo(f"sounding: {error}", err=True)
        raise typer.Exit(1) from None
    show(document | {"version": installed("sounding")}, as_json=as_json)


def show(document: dict[str, Any], *, as_json: bool) -> None:
    """Print a bench's document, as JSON or as an indented outline."""
    typer.echo(
        json.dumps(document, ensure_ascii=False) if as_json else "\n".join(_outline(document))
    )


def _outline(value: object, depth: int = 0) -> list[str]:
    if isinstance(value, dict):
        return [line for key, inner in value.items() for line in _entry(str(key), inner, depth)]
    if isinstance(value, list):
        return [line for inner in value for line in _entry("-", inner, depth)]
    return [f"{'  ' * depth}{_said(value)}"]


def _entry(key: str, value: object, depth: int) -> list[str]:
    if isinstance(value, dict | list) and value:
        return [f"{'  ' * depth}{key}", *_outline(value, depth + 1)]
    return [f"{'  ' * depth}{key}: {_said(value)}"]


def _said(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
