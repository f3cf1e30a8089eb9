"""`sounding bank export|import|convert`: files of other tools, and drafts made of them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.adapters.exchange.assemble import MODELS
from app.adapters.exchange.formats import MAX_BYTES, export, format_of, read
from app.adapters.exchange.yaml_bank import dumped
from app.adapters.files.bank import load_bank
from app.adapters.files.tasks import load_tasks
from app.domain.errors import BadContent
from app.domain.exchange import Content, Draft, Format, Refusal, Report
from app.domain.question import Bank
from app.domain.task import Task
from app.usecases.import_bank import set_apart

Document = dict[str, Any]
_SHOWN = 3


def export_bank(root: Path, named: str, out: Path) -> Document:
    """Write the bank in this format; the document is its report.

    Raises:
        BadContent: an unknown format, or a bank that doesn't load.
    """
    bank, tasks = _bank(root)
    content = Content(bank.questions, bank.rubrics, bank.tracks, tuple(tasks.values()))
    exported = export(_format(named), content)
    out.write_bytes(exported.data)
    return {"file": str(out), "bytes": len(exported.data), **_reported(exported.report)}


def import_bank(root: Path, file: Path, named: str | None, out: Path) -> Document:
    """Write a draft for each item of the file that the bank doesn't have; the document says which.

    Raises:
        BadContent: the file as a whole can't be taken.
    """
    with file.open("rb") as opened:
        data = opened.read(MAX_BYTES + 1)
    chosen = _format(named) if named else format_of(file.name, data)
    bank, tasks = _bank(root)
    imported = set_apart(read(chosen, data, file.name), bank, frozenset(tasks))
    report, written = imported.report, []
    there = []
    for draft in imported.drafts:
        path = out / f"{draft.kind}s" / f"{draft.id}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("x", encoding="utf-8") as opened_draft:
                opened_draft.write(_draft_text(draft, file.name))
        except FileExistsError:
            there.append(Refusal(draft.place, draft.id, f"{path} is there; it stays"))
            continue
        written.append(
            {
                "kind": draft.kind,
                "id": draft.id,
                "place": draft.place,
                "file": str(path),
                "open": list(draft.open),
            }
        )
    told = _reported(report)
    told["refusals"] += [asdict(refusal) for refusal in there]
    told["questions"] = sum(draft["kind"] == "question" for draft in written)
    return {"file": file.name, **told, "drafts": written}


def convert_bank(source: Path, out: Path) -> Document:
    """Write the whole questions of one file as another, both told by their endings.

    What is unfinished has no place in a bank, and is refused.

    Raises:
        BadContent: an ending that names no format, or a file that can't be taken.
    """
    with source.open("rb") as opened:
        data = opened.read(MAX_BYTES + 1)
    imported = read(format_of(source.name, data), data, source.name)
    whole: dict[str, list[Any]] = {kind: [] for kind in MODELS}
    unfinished = []
    for draft in imported.drafts:
        if draft.open:
            unfinished.append(Refusal(draft.place, draft.id, f"unfinished: {draft.open[0]}"))
        else:
            whole[draft.kind].append(MODELS[draft.kind].model_validate(draft.keys))
    content = Content(*(tuple(whole[kind]) for kind in MODELS))
    exported = export(format_of(out.name, b""), content)
    out.write_bytes(exported.data)
    there, back = _reported(imported.report), _reported(exported.report)
    lists = {name: there[name] + back[name] for name in ("losses", "changes", "refusals")}
    lists["refusals"] += [asdict(refusal) for refusal in unfinished]
    return {"file": str(out), **back, **lists}


def exchange_lines(document: Document) -> str:
    """The same for reading: like things once, with how many and the first of them."""
    lines = [f"{document['file']}: {document['questions']} questions ({document['format']})"]
    drafts = document.get("drafts", [])
    still = [draft for draft in drafts if draft["open"]]
    if drafts:
        lines.append(f"drafts: {len(drafts)}, {len(still)} of them unfinished; none is published")
        lines += _grouped("open", [(gap, draft["id"]) for draft in still for gap in draft["open"]])
    lines += _grouped(
        "lost", [(f"{it['part']}: {it['why']}", it["item"]) for it in document["losses"]]
    )
    lines += _grouped(
        "changed", [(f"{it['part']}: {it['what']}", it["item"]) for it in document["changes"]]
    )
    lines += [f"refused: {it['place']}: {it['item']}: {it['why']}" for it in document["refusals"]]
    return "\n".join(lines)


def _grouped(word: str, found: list[tuple[str, str]]) -> list[str]:
    items: dict[str, list[str]] = {}
    for what, item in found:
        items.setdefault(what, []).append(item)
    lines = []
    for what, names in items.items():
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        lines.append(f"{word}: {what} ({', '.join(names[:_SHOWN])}{more})")
    return lines


def _reported(report: Report) -> Document:
    return {
        "format": report.format.value,
        "questions": report.carried,
        "losses": [asdict(loss) for loss in report.losses],
        "changes": [asdict(change) for change in report.changes],
        "refusals": [asdict(refusal) for refusal in report.refusals],
    }


def _draft_text(draft: Draft, source: str) -> str:
    named = "".join(char if char.isprintable() else "?" for char in source)[:120]
    lines = [f"# Draft from {named}, {draft.place}. Nothing is published without a person."]
    lines += [f"# open: {' '.join(gap.split())}" for gap in draft.open]
    return "\n".join([*lines, dumped(draft.keys)])


def _bank(root: Path) -> tuple[Bank, dict[str, Task]]:
    bank = load_bank(root / "rubrics", root / "question_bank")
    folder = root / "question_bank" / "tasks"
    return bank, load_tasks(folder, bank) if folder.is_dir() else {}


def _format(named: str) -> Format:
    try:
        return Format(named)
    except ValueError:
        known = ", ".join(item.value for item in Format)
        raise BadContent(f"--format: expected one of {known}, found {named!r}") from None
