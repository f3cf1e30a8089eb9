"""`sounding measure`: read files of voices or faces into a table, one line a file or a second.

Nothing is stored anywhere else. Progress and errors go to stderr.
"""

from __future__ import annotations

from typing import NoReturn

import typer

measure_app = typer.Typer(
    help="Measure files of voices or faces into a CSV table.", no_args_is_help=True
)


@measure_app.callback()
def measures() -> None:
    """Measure; what can't be measured stays empty, with the reason in its line."""


def stop(text: str, code: int) -> NoReturn:
    """End the command: 2 for bad input, 1 when it failed."""
    typer.echo(f"sounding: {text}", err=True)
    raise typer.Exit(code) from None
