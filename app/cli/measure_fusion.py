"""`sounding measure fusion`: what was measured of faces and voices, blended clip by clip."""

from __future__ import annotations

import csv
from pathlib import Path

COLUMNS = (
    "file", "stress", "p_low", "p_medium", "p_high", "agreement", "confidence", "coverage",
    "modalities",
)  # fmt: skip


def blend_files(data: Path, out: Path, model: Path | None) -> None:
    """Write the table; a clip of which nothing was measured has empty cells."""
    from app.adapters.files.fusion_file import BadFusionFile, load_clips, load_fusion
    from app.cli.measure import note, stop
    from app.delivery.fusion import blend
    from app.domain.figures import BlendedReading

    def cells(name: str, reading: BlendedReading) -> list[str]:
        agreement = "" if reading.agreement is None else f"{reading.agreement:.3f}"
        return [
            name,
            reading.level or "",
            *([f"{share:.4f}" for share in reading.shares] if reading.shares else [""] * 3),
            agreement,
            f"{reading.confidence:.3f}" if reading.level else "",
            f"{reading.coverage:.2f}",
            "+".join(reading.modalities),
        ]

    try:
        clips = load_clips(data)
        fitted = load_fusion(model) if model else None
    except BadFusionFile as error:
        stop(str(error), 2)
    try:
        with out.open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(COLUMNS)
            for clip in clips:
                face, voice = clip.parts.get("face"), clip.parts.get("voice")
                table.writerow(cells(clip.name, blend(0.0, 1.0, face, voice, fitted)))
    except OSError as error:
        stop(f"{out}: {error.strerror}", 2)
    note(f"{out}: {len(clips)} clips")
