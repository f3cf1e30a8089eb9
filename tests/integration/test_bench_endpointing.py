"""The endpointing bench: what it refuses and skips, and a small run on real speech and models."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from app.bench.endpointing import bench_endpointing
from app.bench.errors import BenchRefused
from app.bench.turns.speech_files import read_speech
from app.ports.speech import SAMPLE_RATE
from app.web.wav import wav
from tests.needs import need_data, need_model

pytestmark = pytest.mark.integration

POLICIES = {"sounding", "pipecat_default", "flat_3_2"}
LENGTHS = {"1.5", "2", "3"}


def put(folder: Path, name: str, seconds: float, words: str | None = "some words") -> None:
    pcm = np.random.default_rng(0).normal(0, 900, round(seconds * SAMPLE_RATE)).astype("<i2")
    (folder / f"{name}.wav").write_bytes(wav(pcm.tobytes(), SAMPLE_RATE))
    if words is not None:
        (folder / f"{name}.txt").write_text(words)


def speech_in(folder: Path, names: Sequence[str]) -> Path:
    source = need_data("speech/librispeech")
    for name in names:
        for ending in (".flac", ".txt"):
            (folder / f"{name}{ending}").symlink_to(source / f"{name}{ending}")
    return folder


def test_a_folder_without_speech_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BenchRefused, match="found no folder"):
        bench_endpointing(audio=tmp_path / "none", data=None)
    with pytest.raises(BenchRefused, match="wav or flac"):
        bench_endpointing(audio=tmp_path, data=None)
    with pytest.raises(BenchRefused, match="--audio"):
        bench_endpointing(audio=None, data=None)


def test_what_cannot_be_measured_is_skipped_and_named(tmp_path: Path) -> None:
    put(tmp_path, "good", 4.0)
    put(tmp_path, "short", 2.0)
    put(tmp_path, "long", 40.0)
    put(tmp_path, "wordless", 4.0, words=None)
    put(tmp_path, "empty", 4.0, words=" ")
    (tmp_path / "broken.flac").write_bytes(b"no sound at all")
    (tmp_path / "broken.txt").write_text("some words")

    files, skipped = read_speech(tmp_path)

    assert [file.name for file in files] == ["good"]
    assert {one.file: one.why for one in skipped} == {
        "broken.flac": "no readable sound",
        "empty.wav": "the file of its words is empty",
        "long.wav": "40.0 s long, expected at most 29 s",
        "short.wav": "2.0 s long, expected at least 3 s",
        "wordless.wav": "no .txt with its words beside it",
    }


def test_a_folder_in_which_nothing_can_be_measured_is_refused_with_a_reason(
    tmp_path: Path,
) -> None:
    put(tmp_path, "short", 1.0)
    with pytest.raises(BenchRefused, match=r"short\.wav: 1\.0 s long"):
        bench_endpointing(audio=tmp_path, data=None)


def test_speakers_on_whom_the_waits_were_chosen_are_left_out(tmp_path: Path) -> None:
    put(tmp_path, "1688-142285-0000", 4.0)
    with pytest.raises(BenchRefused, match="1688"):
        bench_endpointing(audio=tmp_path, data=None)


def test_real_speech_gives_every_key_of_the_table(tmp_path: Path) -> None:
    for name in ("whisper-base", "smart-turn", "silero-vad"):
        need_model(name)
    folder = speech_in(tmp_path, ["2033-164914-0002", "367-130732-0004"])

    document = bench_endpointing(audio=folder, data=None)

    assert set(document["policies"]) == POLICIES
    for table in document["policies"].values():
        assert set(table["cut_share"]) == set(table["cut_share_between"]) == LENGTHS
        assert table["n"]["ends"] == 2
        assert {"median", "p90"} <= set(table["end_wait_s"])
    assert document["policies"]["flat_3_2"]["end_wait_s"]["median"] == pytest.approx(3.2, abs=0.1)
    assert document["policies"]["flat_3_2"]["cut_share"]["1.5"] == 0.0
    assert document["speakers"] == ["2033", "367"]
    assert {"machine", "version", "seed"} <= set(document)
    pauses = [case for case in document["cases"] if case["kind"] != "end"]
    assert {case["pause_s"] for case in pauses} == {1.5, 2.0, 3.0}
    for case in pauses:
        assert 0.0 <= case["p"] <= 1.0
        assert case["heard_silence_s"] == pytest.approx(case["pause_s"], abs=0.5)
