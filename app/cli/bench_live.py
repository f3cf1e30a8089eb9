"""`sounding bench` of the conversation: turn-taking, speed, load, and scripted candidates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.bench_app import Data, Json, Limit, NoData, Seed, bench_app, run


@bench_app.command()
def endpointing(
    audio: Annotated[
        Path | None, typer.Option(help="Speech files with their words in a .txt beside each.")
    ] = None,
    data: Data = None,
    seed: Seed = 0,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Pauses put into real speech: who is cut off, and how long a true end waits."""
    from app.bench.endpointing import bench_endpointing

    run(lambda: bench_endpointing(audio=audio, data=data, seed=seed, limit=limit), as_json=as_json)


@bench_app.command()
def latency(
    peer: Annotated[str, typer.Option(help="pipecat or none.")] = "none",
    audio: Annotated[Path | None, typer.Option(help="Folder of answers, wav or flac.")] = None,
    model: Annotated[str, typer.Option(help="scripted or basic.")] = "scripted",
    data: Data = None,
    seed: Annotated[int, typer.Option(min=0, help="Which system begins.")] = 0,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """End of speech to first audio, beside Pipecat on the same models and the same answers."""
    from app.bench.latency import bench_latency

    run(
        lambda: bench_latency(
            peer=peer, audio=audio, model=model, data=data, seed=seed, limit=limit
        ),
        as_json=as_json,
    )


@bench_app.command()
def load(
    most: Annotated[int, typer.Option(help="Try at most this many interviews at once.")] = 8,
    seconds: Annotated[float, typer.Option(help="Seconds at each number of interviews.")] = 90.0,
    data: Data = None,
    seed: Seed = 0,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many answers.")] = None,
    as_json: Json = False,
) -> None:
    """How many interviews at once before the 95th percentile of the response time doubles."""
    from app.bench.load import bench_load

    run(
        lambda: bench_load(most=most, seconds=seconds, data=data, seed=seed, limit=limit),
        as_json=as_json,
    )


@bench_app.command()
def soak(
    minutes: Annotated[float, typer.Option(help="How long.")] = 60.0,
    interviews: Annotated[int, typer.Option(help="Interviews at once.")] = 2,
    data: Data = None,
    seed: Seed = 0,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many answers.")] = None,
    as_json: Json = False,
) -> None:
    """Interviews with lost connections for a long time: memory must not grow, no word be lost."""
    from app.bench.soak import bench_soak

    run(
        lambda: bench_soak(
            minutes=minutes, interviews=interviews, data=data, seed=seed, limit=limit
        ),
        as_json=as_json,
    )


@bench_app.command()
def conversation(
    scripts: Annotated[Path | None, typer.Option(help="Folder of scripted candidates.")] = None,
    model: Annotated[str, typer.Option(help="basic, or a model such as openai:NAME.")] = "basic",
    data: NoData = None,
    seed: Annotated[int, typer.Option(min=0, help="Added to the seeds of the scripts.")] = 0,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many candidates.")] = None,
    as_json: Json = False,
) -> None:
    """Scripted candidates against the checks on the interviewer."""
    from app.bench.conversation import bench_conversation

    run(
        lambda: bench_conversation(scripts=scripts, model=model, seed=seed, limit=limit),
        as_json=as_json,
    )
