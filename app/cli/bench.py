"""`sounding bench`: what Sounding can do, measured, with peers and baselines in the same run.

Each bench is one module of `app/bench` with a function that returns a plain document. Numbers go to
stdout, progress to stderr.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import bench_live
from app.cli.bench_app import Data, Json, NoData, NoSeed, Seed, bench_app, run

if TYPE_CHECKING:
    from app.bench.grading import Tools

__all__ = ["bench_app", "bench_live"]


@bench_app.command()
def grading(
    data: Data = None,
    seed: Seed = 0,
    judge: Annotated[
        str,
        typer.Option(
            help="What is tried beside the scorer: local, local-state, openai:..., ollama:..."
        ),
    ] = "none",
    limit: Annotated[int, typer.Option(min=20, help="Answers of a data set to vote on.")] = 80,
    only: Annotated[
        list[str] | None, typer.Option(help="Vote on this data set, such as mohler; repeatable.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Agreement with human marks on labelled answers, and attacks; or what a judge adds to it."""
    from app.bench.grading import Tools, bench_grading
    from app.cli.train import cached_embedder, row_file

    try:
        from app.training.ends import drawn_apart
        from app.training.scorer import adapt_scorer, fit_scorer
    except ModuleNotFoundError as error:
        typer.echo(f"sounding: {error}; install the extra: pip install 'sounding[train]'", err=True)
        raise typer.Exit(1) from None
    store = row_file()
    embedder = cached_embedder(store)
    read = embedder.embed_pieces
    tools = Tools(embedder.embed, read, store, fit_scorer, adapt_scorer, drawn_apart)
    if judge != "none":
        run(lambda: _with_judge(judge, data, seed, limit, only or [], tools), as_json=as_json)
        return
    run(lambda: bench_grading(data=data, seed=seed, tools=tools), as_json=as_json)


def _with_judge(
    judge: str, data: Path | None, seed: int, limit: int, only: list[str], tools: Tools
) -> dict[str, Any]:
    from app.bench.grading_judge import bench_judge
    from app.cli.grading_parts import STATE_JUDGE, voting_model

    if judge == STATE_JUDGE:
        return _with_states(data, seed, limit, only, tools)
    model, prompts = voting_model(judge)
    return bench_judge(
        data=data,
        seed=seed,
        limit=limit,
        tools=tools,
        model=model,
        prompts=prompts,
        only=only,
    )


def _with_states(
    data: Path | None, seed: int, limit: int, only: list[str], tools: Tools
) -> dict[str, Any]:
    from app.adapters.files.state_file import load_state_scorer
    from app.bench.grading_states import Probing, bench_states
    from app.cli.grading_parts import state_model
    from app.training.hidden_state import left_out_states

    model, prompts = state_model()
    probing = Probing(model, prompts, left_out_states, load_state_scorer())
    return bench_states(data=data, seed=seed, limit=limit, tools=tools, probing=probing, only=only)


@bench_app.command()
def face(
    data: Data = None,
    model: Annotated[
        Path | None, typer.Option(help="A model of your own from `sounding train face`.")
    ] = None,
    seed: Seed = 0,
    limit: Annotated[
        int | None, typer.Option(min=20, help="At most so many faces and frames.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Expressions of labelled faces, and frames per second beside DeepFace's own pipeline."""
    from app.bench.face import bench_face

    run(lambda: bench_face(data=data, model=model, seed=seed, limit=limit), as_json=as_json)


@bench_app.command()
def attacks(
    data: Data = None,
    seed: Seed = 0,
    limit: Annotated[int | None, typer.Option(min=10, help="Aim at so many questions.")] = None,
    as_json: Json = False,
) -> None:
    """Attacks on the gates, with wordings that no threshold was set on, and with known ones."""
    from app.bench.attack_files import bench_attacks
    from app.cli.train import cached_embedder, row_file

    embedder = cached_embedder(row_file())
    embed, read = embedder.embed, embedder.embed_pieces
    run(
        lambda: bench_attacks(data=data, seed=seed, embed=embed, read=read, limit=limit),
        as_json=as_json,
    )


@bench_app.command()
def adaptive(
    data: NoData = None,
    seed: Seed = 0,
    limit: Annotated[int, typer.Option(min=20, help="So many simulated learners.")] = 1000,
    as_json: Json = False,
) -> None:
    """Ability after a few questions, chosen by information and at random."""
    from app.bench.adaptive import bench_adaptive

    run(lambda: bench_adaptive(seed=seed, learners=limit), as_json=as_json)


@bench_app.command()
def voice(
    data: Data = None,
    seed: Seed = 0,
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
    run(
        lambda: bench_voice(data=data, seed=seed, limit=limit, tools=voice_tools()),
        as_json=as_json,
    )


@bench_app.command("code-facts")
def code_facts(
    code: Annotated[Path | None, typer.Option(help="Folder of programs.")] = None,
    data: NoData = None,
    seed: NoSeed = 0,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many programs.")] = None,
    live_seconds: Annotated[
        float, typer.Option(help="Also a live interview beside four programs, in such stretches.")
    ] = 0.0,
    as_json: Json = False,
) -> None:
    """Facts stated about programs, each checked by a new run, and the probes made from them."""
    from app.bench.code_facts import bench_code_facts

    run(
        lambda: bench_code_facts(code=code, limit=limit, live_seconds=live_seconds),
        as_json=as_json,
        seed=seed,
    )


@bench_app.command()
def coach(
    folder: Annotated[
        Path | None, typer.Option(help="Folder with interviews.yaml and questions.yaml.")
    ] = None,
    data: NoData = None,
    seed: NoSeed = 0,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask at most this many.")] = None,
    as_json: Json = False,
) -> None:
    """Written questions to the coach: each sentence with each citation, checked by other code."""
    from app.bench.coach import bench_coach
    from app.settings import Settings

    models = Settings().models
    run(
        lambda: bench_coach(folder=folder, models=models, url=None, limit=limit),
        as_json=as_json,
        seed=seed,
    )


@bench_app.command()
def retrieval(
    data: Data = None,
    seed: Seed = 0,
    limit: Annotated[int | None, typer.Option(min=1000, help="At most so many passages.")] = None,
    as_json: Json = False,
) -> None:
    """Search by meaning over 50,000 passages, filtered, beside an exact search of the same."""
    from app.bench.retrieval import bench_retrieval
    from app.cli.train import cached_embedder, row_file

    embed = cached_embedder(row_file()).embed if data else None
    run(
        lambda: bench_retrieval(data=data, seed=seed, limit=limit, embed=embed),
        as_json=as_json,
    )
