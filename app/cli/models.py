"""`sounding models fetch|list|verify`: the speech, vision and language model files.

Output is the contract: progress on stderr, results on stdout; `--json` prints one document and
nothing else. Exit 2: a name that the manifest does not list; exit 1: it failed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn
from rich.table import Table

from app.adapters.files.errors import FetchBusy, ModelFileError, ModelUnknown
from app.adapters.files.fetch import FetchProgress
from app.adapters.files.manifest import needed
from app.adapters.files.models import FileCheck, ModelStore
from app.cli.configured import read_settings

models_app = typer.Typer(
    help="Fetch, list and check the model files.", no_args_is_help=True, rich_markup_mode=None
)

LOCK_WAIT_SECONDS = 3600.0

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]...", help="Models; default: those needed.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
All = Annotated[
    bool, typer.Option("--all/--needed", help="Every model, or only what the settings need.")
]


@models_app.command()
def fetch(names: Names = None, all_models: All = False) -> None:
    """Download what is missing or damaged, check it, and put it into the cache."""
    with _failures_told():
        store = ModelStore()
        chosen = _chosen(store, names, all_models)
        with _progress_bars() as bars:
            fetched = _fetch_in_turn(store, chosen, bars)
        typer.echo(f"{len(fetched)} files fetched; {len(chosen)} models ready in {store.folder}")


@models_app.command("list")
def list_models(as_json: AsJson = False) -> None:
    """Show each model: what it is for, its licence, its size, and whether it is here."""
    with _failures_told():
        store = ModelStore()
        rows = _rows(store)
        if as_json:
            typer.echo(json.dumps({"folder": str(store.folder), "models": rows}, indent=2))
        else:
            Console().print(_table(rows))
            typer.echo(f"Folder: {store.folder}")


@models_app.command()
def verify(names: Names = None, all_models: All = False, as_json: AsJson = False) -> None:
    """Read every byte of the files and compare their sha256; exit 1 if one is not whole."""
    with _failures_told():
        store = ModelStore()
        checks = store.verify(_chosen(store, names, all_models), afresh=True)
        whole = all(check.state == "ok" for check in checks)
        if as_json:
            typer.echo(json.dumps(_document(store, checks, whole), indent=2))
        else:
            for check in checks:
                typer.echo(f"{check.state:<8} {check.model}/{check.file}")
        if not whole:
            bad = " ".join(dict.fromkeys(check.model for check in checks if check.state != "ok"))
            typer.echo(f"Not whole. Run `sounding models fetch {bad}`.", err=True)
            raise typer.Exit(1)


def _roles() -> tuple[str, ...]:
    settings = read_settings()
    return (settings.interviewer_model, settings.grader_model, settings.coach_model)


def _chosen(store: ModelStore, names: Sequence[str] | None, all_models: bool) -> list[str]:
    """The models a command is about, in the manifest's order; raises ModelUnknown."""
    for name in names or ():
        store.manifest.model(name)
    if names:
        wanted = set(names)
    elif all_models:
        wanted = set(store.manifest.models)
    else:
        wanted = needed(_roles(), store.manifest)
    return [name for name in store.manifest.models if name in wanted]


def _fetch_in_turn(store: ModelStore, chosen: list[str], bars: Progress) -> tuple[str, ...]:
    """Fetch, and if another process is at it, say so and wait for it."""
    tasks: dict[str, TaskID] = {}

    def report(progress: FetchProgress) -> None:
        title = f"{progress.model}/{progress.file}"
        if title not in tasks:
            tasks[title] = bars.add_task(escape(title), total=progress.total)
        bars.update(tasks[title], completed=progress.done)

    try:
        return store.fetch(chosen, report)
    except FetchBusy as busy:
        typer.echo(f"{busy} Waiting for it.", err=True)
        return store.fetch(chosen, report, wait_seconds=LOCK_WAIT_SECONDS)


def _rows(store: ModelStore) -> list[dict[str, object]]:
    wanted = needed(_roles(), store.manifest)
    absent = set(store.missing(store.manifest.models))
    return [
        {
            "name": name,
            "purpose": model.purpose,
            "licence": model.licence,
            "bytes": model.size,
            "needed": name in wanted,
            "present": name not in absent,
        }
        for name, model in store.manifest.models.items()
    ]


def _table(rows: list[dict[str, object]]) -> Table:
    table = Table("model", "here", "needed", "MB", "what for", "licence")
    for row in rows:
        table.add_row(
            str(row["name"]),
            "yes" if row["present"] else "no",
            "yes" if row["needed"] else "no",
            f"{int(str(row['bytes'])) / 1e6:.1f}",
            escape(str(row["purpose"])),
            escape(str(row["licence"])),
        )
    return table


def _document(store: ModelStore, checks: Sequence[FileCheck], whole: bool) -> dict[str, object]:
    files = [{"model": c.model, "file": c.file, "state": c.state} for c in checks]
    return {"folder": str(store.folder), "ok": whole, "files": files}


def _progress_bars() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        console=Console(stderr=True),
    )


@contextmanager
def _failures_told() -> Iterator[None]:
    """Errors of the model files as one line on stderr and the exit status of the contract."""
    try:
        yield
    except ModelFileError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2 if isinstance(error, ModelUnknown) else 1) from error
