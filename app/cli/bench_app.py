"""What all benches share: the group of commands, their common options, how a document is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import version as installed
from pathlib import Path
from typing import Annotated, Any

import typer

from app.bench.errors import BenchFailed, BenchRefused

bench_app = typer.Typer(
    help="Measure accuracy and speed, beside a peer or a baseline in the same run.",
    no_args_is_help=True,
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Data = Annotated[
    Path | None,
    typer.Option(envvar="SOUNDING_DATA", help="Folder of labelled data (SOUNDING_DATA)."),
]
NoData = Annotated[
    Path | None, typer.Option(help="Taken as by every bench; this one brings its own data.")
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of all that is drawn by chance.")]
NoSeed = Annotated[
    int, typer.Option(min=0, help="Taken as by every bench; nothing is drawn by chance here.")
]
Limit = Annotated[int | None, typer.Option(min=1, help="Measure on at most so many.")]


@bench_app.callback()
def benches() -> None:
    """Measure; each bench prints the machine that it ran on."""


def run(bench: Callable[[], dict[str, Any]], *, as_json: bool, seed: int = 0) -> None:
    """Print its document, or why there is none: exit 2 for a wrong request, 1 for a failure."""
    try:
        document = bench()
    except BenchRefused as error:
        typer.echo(f"sounding: {error}", err=True)
        raise typer.Exit(2) from None
    except BenchFailed as error:
        typer.echo(f"sounding: {error}", err=True)
        raise typer.Exit(1) from None
    show({"seed": seed} | document | {"version": installed("sounding")}, as_json=as_json)


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
