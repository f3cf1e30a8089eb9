"""The commands of `sounding admin`; what they do is imported late."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer

admin_app = typer.Typer(help="The first account, and copies of everything.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
T = TypeVar("T")


@admin_app.command()
def create(
    name: Annotated[str, typer.Option(help="The person's name.")],
    email: Annotated[str, typer.Option(help="The person's address, to sign in with.")],
    role: Annotated[str, typer.Option(help="candidate, educator, interviewer or admin.")] = "admin",
    as_json: Json = False,
) -> None:
    """Make an account and print a link that sets its password, once."""
    from app.cli.admin import create_person
    from app.cli.configured import read_settings
    from app.domain.person import Role

    if role not in {known.value for known in Role}:
        _end(f"--role: expected candidate, educator, interviewer or admin, found {role!r}", 2)
    settings = read_settings()
    told = _done(lambda: create_person(settings, name, email, Role(role)))
    if as_json:
        person = told.invited.person
        document = {"id": str(person.id), "new": told.new, "role": person.role, "link": told.link}
        typer.echo(json.dumps(document))
        return
    what = "A new account" if told.new else "The account was there; here is a new link for it"
    typer.echo(f"{what}. Open this once, before {told.invited.expires_at:%Y-%m-%d}:\n{told.link}")
    if settings.accounts == "off":
        typer.echo("Accounts are off here: set SOUNDING_ACCOUNTS=on and start again.", err=True)


@admin_app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file that is written.")],
    as_json: Json = False,
) -> None:
    """Write everything to one file: all tables, recordings and their keys."""
    from app.cli.admin import back_up
    from app.cli.configured import read_settings

    if file.exists() or not file.absolute().parent.is_dir():
        _end(f"{file}: expected a new file in a folder that exists", 2)
    settings = read_settings()
    _told(_done(lambda: back_up(settings, file)), as_json, "Kept")


@admin_app.command("restore")
def bring_back(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of `backup`.")],
    as_json: Json = False,
) -> None:
    """Bring a backup into an empty store; one that holds something is left as it is."""
    from app.cli.admin import bring_back as bring
    from app.cli.configured import read_settings

    if not file.is_file():
        _end(f"{file}: no such file", 2)
    settings = read_settings()
    _told(_done(lambda: bring(settings, file)), as_json, "Brought back")


def _done(act: Callable[[], T]) -> T:
    from app.cli.admin import AdminFailed
    from app.domain.errors import BadContent
    from app.ports.errors import PortError

    try:
        return act()
    except BadContent as error:
        _end(str(error), 2)
    except (AdminFailed, PortError, OSError) as error:
        _end(str(error), 1)


def _told(counts: dict[str, int], as_json: bool, verb: str) -> None:
    text = ", ".join(f"{count} {name}" for name, count in counts.items())
    typer.echo(json.dumps(counts) if as_json else f"{verb}: {text}.")


def _end(text: str, code: int) -> NoReturn:
    typer.echo(f"sounding: {text}", err=True)
    raise typer.Exit(code)
