"""The command line. `--help` needs neither models nor store: everything heavy is imported late.

Errors go to stderr: exit 2 for bad input, 1 when it failed.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from app.cli.admin_commands import admin_app
from app.cli.bench import bench_app
from app.cli.measure import measure_app
from app.cli.models import models_app
from app.cli.train import train_app

app = typer.Typer(
    help="Sounding holds spoken interviews: it asks, listens, probes deeper and grades.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
bank_app = typer.Typer(
    help="List, check, export and import the question bank.", no_args_is_help=True
)
app.add_typer(models_app, name="models")
app.add_typer(bank_app, name="bank")
app.add_typer(bench_app, name="bench")
app.add_typer(train_app, name="train")
app.add_typer(measure_app, name="measure")
app.add_typer(admin_app, name="admin")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> None:
    """Run the command line."""
    app()


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
) -> None:
    """Start the store, the worker and the web app, and print the address."""
    from app.cli.run import serve_here

    serve_here(host, port)


@app.command()
def worker() -> None:
    """Do background work only: grade and finish interviews, beside a server elsewhere."""
    from app.cli.run import work_here

    work_here()


@app.command()
def rehearse(
    track: Annotated[str, typer.Option(help="The track's id; see `sounding bank list`.")],
    answers: Annotated[Path, typer.Option(help="Folder with 1.wav, 1b.wav, 2.wav ...")],
    out: Annotated[Path, typer.Option(help="Where the report is written, as JSON.")],
    code: Annotated[Path | None, typer.Option(help="The candidate's code.")] = None,
    url: Annotated[str | None, typer.Option(help="A running server; else one is started.")] = None,
    order: Annotated[
        str, typer.Option(help="authored, adaptive or file (order.txt).")
    ] = "authored",
    seed: Annotated[int, typer.Option(help="Seed of the adaptive order.")] = 0,
    purpose: Annotated[str, typer.Option(help="practice or assessment.")] = "practice",
    consent: Annotated[str, typer.Option(help="Of audio,delivery,video.")] = "audio,delivery",
    camera: Annotated[Path | None, typer.Option(help="Video or pictures as the camera.")] = None,
    timeout: Annotated[float, typer.Option(help="Seconds for all of it.")] = 1800.0,
) -> None:
    """Hold a whole interview with recorded answers, and write its graded report."""
    from app.cli.configured import read_settings
    from app.cli.rehearse import BadRehearsal, Rehearsal, RehearsalFailed, write_report
    from app.cli.rehearse import rehearse as hold

    if order not in ("authored", "adaptive", "file"):
        _refuse(f"--order: expected authored, adaptive or file, found {order!r}")
    if purpose not in ("practice", "assessment"):
        _refuse(f"--purpose: expected practice or assessment, found {purpose!r}")
    if not timeout > 0:
        _refuse(f"--timeout: expected more than 0 seconds, found {timeout:g}")
    if out.is_dir() or not out.absolute().parent.is_dir():
        _refuse(f"--out: expected a file in a folder that exists, found {out}")
    consents = tuple(name for name in consent.split(",") if name)
    if not url:
        read_settings()
    wanted = Rehearsal(track, answers, code, url, order, seed, purpose, consents, camera, timeout)
    try:
        write_report(hold(wanted), out)
    except BadRehearsal as error:
        _refuse(str(error))
    except (RehearsalFailed, OSError) as error:
        _fail(str(error))


@app.command()
def grade(
    answers: Annotated[Path, typer.Argument(metavar="IN.jsonl", help="Answers, one JSON a line.")],
    out: Annotated[Path, typer.Option(help="Where results are appended, one JSON a line.")],
    judge: Annotated[
        str, typer.Option(help="none, local, local-state, openai:MODEL or ollama:MODEL.")
    ] = "none",
) -> None:
    """Grade written answers from a file; the same command goes on where it stopped."""
    from app.cli.configured import read_settings
    from app.cli.grade import BadRequest, GradingFailed
    from app.cli.grade import grade as grade_file
    from app.cli.grading_parts import shipped_grader

    settings = read_settings()
    try:
        tally = grade_file(answers, out, judge, partial(shipped_grader, settings))
    except BadRequest as error:
        _refuse(str(error))
    except GradingFailed as error:
        _fail(str(error))
    typer.echo(str(tally), err=True)
    if tally.errors:
        _fail(f"{tally.errors} lines could not be graded; {out} says why")


@bank_app.command("list")
def list_bank(as_json: Json = False) -> None:
    """Show every track with its questions, in the order in which they are asked."""
    from app.cli.bank import bank_document, bank_lines

    document = bank_document(ROOT)
    typer.echo(json.dumps(document, ensure_ascii=False) if as_json else bank_lines(document))


@bank_app.command()
def lint(
    file: Annotated[Path, typer.Argument(help="A question file, or a folder with a whole bank.")],
    as_json: Json = False,
) -> None:
    """Check authored content: the schema, and what would make a poor interview."""
    from app.cli.bank import lint_document

    if not file.exists():
        _refuse(f"{file}: no such file or folder")
    document = lint_document(ROOT, file)
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        for problem in document["problems"]:
            typer.echo(problem)
        typer.echo(f"{document['questions']} questions, {len(document['problems'])} problems")
    if document["problems"]:
        raise typer.Exit(1)


@bank_app.command("export")
def export_bank(
    format_: Annotated[str, typer.Option("--format", help="yaml, csv, gift, moodle or qti.")],
    out: Annotated[Path, typer.Option(help="The file that is written.")],
    as_json: Json = False,
) -> None:
    """Write the bank for another tool, and say what did not go along."""
    from app.cli.exchange import exchange_lines
    from app.cli.exchange import export_bank as write
    from app.domain.errors import BadContent

    if out.is_dir() or not out.absolute().parent.is_dir():
        _refuse(f"--out: expected a file in a folder that exists, found {out}")
    try:
        document = write(ROOT, format_, out)
    except (BadContent, OSError) as error:
        _refuse(str(error))
    typer.echo(json.dumps(document, ensure_ascii=False) if as_json else exchange_lines(document))


@bank_app.command("import")
def import_bank(
    file: Annotated[Path, typer.Argument(help="A file of another tool, or a bank as YAML.")],
    format_: Annotated[
        str | None, typer.Option("--format", help="yaml, csv, gift, moodle or qti; else by ending.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the drafts.")] = Path("drafts"),
    as_json: Json = False,
) -> None:
    """Make drafts of another tool's questions; nothing is published or overwritten."""
    from app.cli.exchange import exchange_lines
    from app.cli.exchange import import_bank as read
    from app.domain.errors import BadContent

    if not file.is_file():
        _refuse(f"{file}: no such file")
    try:
        document = read(ROOT, file, format_, out)
    except (BadContent, OSError) as error:
        _refuse(str(error))
    typer.echo(json.dumps(document, ensure_ascii=False) if as_json else exchange_lines(document))
    if document["refusals"]:
        raise typer.Exit(1)


@bank_app.command("convert")
def convert_bank(
    source: Annotated[Path, typer.Argument(metavar="IN", help="The file that is read.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The file that is written.")],
    as_json: Json = False,
) -> None:
    """Write one file as another: .yaml, .csv, .gift, .xml (Moodle) or .zip (QTI)."""
    from app.cli.exchange import convert_bank as convert
    from app.cli.exchange import exchange_lines
    from app.domain.errors import BadContent

    if not source.is_file():
        _refuse(f"{source}: no such file")
    if out.is_dir() or not out.absolute().parent.is_dir() or out.absolute() == source.absolute():
        _refuse(f"{out}: expected another file in a folder that exists")
    try:
        document = convert(source, out)
    except (BadContent, OSError) as error:
        _refuse(str(error))
    typer.echo(json.dumps(document, ensure_ascii=False) if as_json else exchange_lines(document))
    if document["refusals"]:
        raise typer.Exit(1)


@app.command()
def doctor(as_json: Json = False) -> None:
    """Say what works here, what does not, and the next step for each."""
    from app.cli.configured import read_settings
    from app.cli.doctor import check_all

    findings = check_all(read_settings())
    if as_json:
        typer.echo(json.dumps([finding.__dict__ for finding in findings]))
    else:
        for finding in findings:
            mark = "ok " if finding.ok else "NO "
            step = f" -> {finding.next_step}" if finding.next_step else ""
            typer.echo(f"{mark} {finding.what}: {finding.detail}{step}")
    if not all(finding.ok or finding.optional for finding in findings):
        raise typer.Exit(1)


@app.command()
def purge(as_json: Json = False) -> None:
    """Erase what was kept as long as it may be kept; print a receipt for each erasure."""
    from app.cli.purge import purge_here, receipt_lines

    receipts = purge_here()
    if as_json:
        typer.echo(json.dumps({"erased": receipts}))
    else:
        typer.echo(receipt_lines(receipts))


@app.command()
def version() -> None:
    """Print the version."""
    from importlib.metadata import version as installed

    typer.echo(installed("sounding"))


def _refuse(text: str) -> None:
    typer.echo(f"sounding: {text}", err=True)
    raise typer.Exit(2)


def _fail(text: str) -> None:
    typer.echo(f"sounding: {text}", err=True)
    raise typer.Exit(1)


if __name__ == "__main__":
    main()
