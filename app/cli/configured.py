"""The settings of the environment for a command, or one line on what is wrong with them."""

from __future__ import annotations

import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.settings import Settings

_MODEL_NAMES = "local, none, openai:MODEL or ollama:MODEL"


def read_settings() -> Settings:
    """The settings; a wrong one ends the command with its name and exit 2."""
    try:
        return Settings()
    except ValidationError as error:
        typer.echo(f"sounding: {_told(error.errors(include_url=False)[0])}", err=True)
        raise typer.Exit(2) from None


def _told(wrong: ErrorDetails) -> str:
    name = "SOUNDING_" + "_".join(str(part) for part in wrong["loc"]).upper()
    secret = name.endswith(("_TOKEN", "_KEY"))
    found = "another value" if secret else repr(wrong["input"])
    return f"{name}: {_expected(wrong)}, found {found}"


def _expected(wrong: ErrorDetails) -> str:
    if wrong["type"] == "string_pattern_mismatch":
        return f"expected {_MODEL_NAMES}"
    if wrong["type"] == "too_short":
        return f"expected at least {wrong['ctx']['min_length']} characters"
    # What follows the comma is about parsers, not about what to write.
    return wrong["msg"].partition(", unable")[0].replace("Input should be", "expected", 1)
