"""`sounding purge`: erase what is due, and tell it."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

import typer

from app.cli.configured import read_settings
from app.domain.retention import Erasure
from app.ports.errors import PortError
from app.wiring import purge_now

Receipt = dict[str, Any]


def purge_here() -> list[Receipt]:
    """Erase with the settings of the environment; the receipts as JSON."""
    try:
        erased = asyncio.run(purge_now(read_settings()))
    except PortError as error:
        typer.echo(f"sounding: {error}", err=True)
        raise typer.Exit(1) from None
    return [_document(erasure) for erasure in erased]


def receipt_lines(receipts: list[Receipt]) -> str:
    """One line a receipt, or that there was nothing."""
    if not receipts:
        return "Nothing was due."
    return "\n".join(
        f"{each['at']} {each['interview_id']} {each['modality'] or 'interview'} {each['reason']}: "
        f"{each['rows']} rows, {each['files']} files, {each['keys']} keys"
        for each in receipts
    )


def _document(erasure: Erasure) -> Receipt:
    ids = {"id": str(erasure.id), "interview_id": str(erasure.interview_id)}
    modality = erasure.modality.value if erasure.modality else None
    told = {"modality": modality, "reason": erasure.reason.value, "at": erasure.at.isoformat()}
    return {**asdict(erasure), **ids, **told}
