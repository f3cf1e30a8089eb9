"""The blend of face and voice from made-up clips: no labelled video is at hand."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from app.adapters.files.fusion_file import BadFusionFile, load_fusion, load_labelled
from app.cli.main import app
from app.delivery.fusion import Part, blend
from app.domain.interview import EMOTIONS
from app.training.fusion import fit_fusion, score_fusion

pytestmark = pytest.mark.integration

FACES = [f"p_{name}" for name in EMOTIONS]
VOICES = ["p_low", "p_medium", "p_high"]
LEVEL = {"01": 0, "03": 0, "07": 1, "08": 1, "05": 2, "06": 2}
EXPRESSION = {"01": "neutral", "03": "happy", "07": "disgust", "08": "surprise", "05": "angry",
              "06": "fear"}  # fmt: skip


def _write(file: Path, rows: Sequence[Mapping[str, object]]) -> None:
    with file.open("w", newline="") as opened:
        table = csv.DictWriter(opened, list(rows[0]))
        table.writeheader()
        table.writerows(rows)


def _clips(
    folder: Path, face: Callable[[str, np.random.Generator], str], voice_right: float
) -> Path:
    """RAVDESS-like clips of four actors; a voice is sure where it is right, and else guesses."""
    chance = np.random.default_rng(0)
    faces: list[dict[str, object]] = []
    voices: list[dict[str, object]] = []
    for actor in range(1, 5):
        for code, level in LEVEL.items():
            for take in range(1, 21):
                clip = f"{code}-01-{take:02d}-01-{actor:02d}"
                seen = face(code, chance)
                shares = [0.4 if name == seen else 0.1 for name in EMOTIONS]
                faces += [
                    {"file": f"02-01-{clip}.mp4", "time_s": second,
                     **dict(zip(FACES, shares, strict=True)), "coverage": 1.0}
                    for second in range(2)
                ]  # fmt: skip
                sure = chance.random() < voice_right
                said = level if sure else int(chance.integers(0, 3))
                most = 0.8 if sure else 0.4
                heard = [most if place == said else (1 - most) / 2 for place in range(3)]
                voices.append(
                    {"file": f"03-01-{clip}.flac", **dict(zip(VOICES, heard, strict=True)),
                     "coverage": 1.0}
                )  # fmt: skip
    _write(folder / "face.csv", faces)
    _write(folder / "voice.csv", voices)
    return folder


def _honest(code: str, chance: np.random.Generator) -> str:
    return EXPRESSION[code] if chance.random() < 0.6 else str(chance.choice(EMOTIONS))


def _upside_down(code: str, chance: np.random.Generator) -> str:
    """A face that looks angry when calm and happy when tense."""
    return {0: "angry", 1: "surprise", 2: "happy"}[LEVEL[code]]


def test_tables_of_faces_and_voices_are_matched_by_clip(tmp_path: Path) -> None:
    clips = load_labelled(_clips(tmp_path, _honest, 0.7))
    assert len(clips) == 4 * 6 * 20
    assert all(set(clip.parts) == {"face", "voice"} for clip in clips)
    assert {clip.speaker for clip in clips} == {"01", "02", "03", "04"}


def test_both_together_are_better_than_each_alone_on_people_left_out(tmp_path: Path) -> None:
    uar = score_fusion(load_labelled(_clips(tmp_path, _honest, 0.5)))["uar"]
    assert uar["fitted"] > max(uar["face"], uar["voice"])


def test_a_fit_learns_what_the_unfitted_blend_cannot_know(tmp_path: Path) -> None:
    uar = score_fusion(load_labelled(_clips(tmp_path, _upside_down, 0.4)))["uar"]
    assert uar["unfitted"] < 0.7
    assert uar["fitted"] > 0.9


def test_chance_stays_chance(tmp_path: Path) -> None:
    def blind(code: str, chance: np.random.Generator) -> str:
        return str(chance.choice(EMOTIONS))

    uar = score_fusion(load_labelled(_clips(tmp_path, blind, 0.0)))["uar"]
    assert abs(uar["fitted"] - 1 / 3) < 0.15


def test_a_missing_modality_still_gives_a_reading(tmp_path: Path) -> None:
    fitted = fit_fusion(load_labelled(_clips(tmp_path, _honest, 0.7)))
    reading = blend(0, 5, None, Part((0.1, 0.1, 0.8), 1.0), fitted)
    assert (reading.level, reading.modalities) == ("high", ("voice",))


def test_the_command_writes_a_blend_that_reads_back_and_its_card(tmp_path: Path) -> None:
    data, out = _clips(tmp_path, _honest, 0.7), tmp_path / "blend.json"
    done = CliRunner().invoke(app, ["train", "fusion", "--data", str(data), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert set(load_fusion(out).maps) == {("face",), ("face", "voice"), ("voice",)}
    assert "speakers left out" in out.with_suffix(".md").read_text()


def test_one_table_with_empty_cells_is_read_too(tmp_path: Path) -> None:
    rows = [
        {"file": f"{n}", "label": "high", "speaker": "a", **dict.fromkeys(FACES, ""),
         **dict(zip(VOICES, (0.1, 0.2, 0.7), strict=True))}
        for n in range(3)
    ]  # fmt: skip
    _write(tmp_path / "all.csv", rows)
    clips = load_labelled(tmp_path / "all.csv")
    assert [set(clip.parts) for clip in clips] == [{"voice"}] * 3


@pytest.mark.parametrize("text", ["", "file,label\nx,high\n", "file,label,p_low\nx,joy,1\n"])
def test_what_is_no_table_of_clips_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.csv").write_text(text)
    with pytest.raises(BadFusionFile):
        load_labelled(tmp_path / "bad.csv")


def test_another_file_is_no_blend(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    for text in ("", "{}", json.dumps({"kind": "sounding-fusion-1", "maps": {"face": [[1]]}})):
        file.write_text(text)
        with pytest.raises(BadFusionFile):
            load_fusion(file)


def test_files_are_read_together_and_a_clip_without_anything_has_no_level(tmp_path: Path) -> None:
    shares = dict(zip(FACES, (0.7, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05), strict=True))
    _write(tmp_path / "face.csv", [
        {"file": "a.mp4", **shares, "coverage": "1.00"},
        {"file": "b.mp4", **dict.fromkeys(FACES, ""), "coverage": "0.00"},
    ])  # fmt: skip
    heard = dict(zip(VOICES, (0.1, 0.1, 0.8), strict=True))
    _write(tmp_path / "voice.csv", [{"file": "a.wav", **heard, "coverage": "0.90"}])
    out = tmp_path / "out.csv"
    done = CliRunner().invoke(app, ["measure", "fusion", str(tmp_path), "--out", str(out)])
    assert done.exit_code == 0, done.output
    first, second = csv.DictReader(out.open())
    assert (first["file"], first["stress"], first["modalities"]) == ("a", "high", "face+voice")
    assert float(first["agreement"]) > 0.8
    assert (second["stress"], second["p_high"], second["coverage"]) == ("", "", "0.00")


def test_a_voice_read_by_the_index_alone_counts_by_its_confidence(tmp_path: Path) -> None:
    row = {"file": "x", "label": "high", "speaker": "a", "stress": "high", "confidence": "0.40",
           **dict.fromkeys(VOICES, "")}  # fmt: skip
    _write(tmp_path / "all.csv", [row])
    (clip,) = load_labelled(tmp_path / "all.csv")
    assert clip.parts["voice"].shares == pytest.approx((0.2, 0.2, 0.6))
