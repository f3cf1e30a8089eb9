"""Training a reader of stress on made-up voices: layouts, kept rows, baselines, the file."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from app.adapters.voice.praat import PraatVoice
from app.adapters.voice.stress_model import OnnxStress
from app.cli.main import app
from app.delivery.own_voice import against, own_voice
from app.ports.errors import VoiceUnavailable
from app.training.voice import MANNERS, fit_voice, speaker_folds
from app.training.voice_data import BadVoiceData, Clips, find_clips, load_clips
from app.training.voice_file import save_voice
from app.training.voice_scores import score_voice
from tests.needs import need_data, need_model

pytestmark = pytest.mark.integration

RATE = 16_000
EMOTIONS = ("01", "03", "07", "05", "06")


class Kept(dict[bytes, bytes]):
    def known(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        return {key: self[key] for key in keys if key in self}

    def keep(self, rows: Mapping[bytes, bytes]) -> None:
        self.update(rows)


class Counting(PraatVoice):
    def __init__(self) -> None:
        self.calls = 0

    def phonation(self, wave: NDArray[np.float64]):  # type: ignore[no-untyped-def]
        self.calls += 1
        return super().phonation(wave)


def _write(path: Path, hertz: float, loud: float, chance: np.random.Generator) -> None:
    time = np.arange(RATE) / RATE
    bend = hertz * (1 + 0.05 * np.sin(2 * np.pi * 2.5 * time + chance.uniform(0, 6)))
    phase = 2 * np.pi * np.cumsum(bend) / RATE
    wave = sum(np.sin(phase * n) / n for n in range(1, 15)) * (0.6 + 0.4 * np.sin(19 * time))
    wave = loud * wave / 3 + chance.normal(0, 1e-3, RATE)
    with av.open(str(path), "w") as sound:
        stream = sound.add_stream("flac" if path.suffix == ".flac" else "pcm_s16le", rate=RATE)
        pcm = (wave.clip(-1, 1) * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(pcm[None, :], format="s16", layout="mono")
        frame.rate = RATE
        for packet in (*stream.encode(frame), *stream.encode(None)):
            sound.mux(packet)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four speakers whose pitch and loudness rise with the level, each from their own."""
    place = tmp_path_factory.mktemp("voices")
    chance = np.random.default_rng(0)
    for actor in range(1, 5):
        usual = 90 + 30 * actor
        for emotion in EMOTIONS:
            level = {"01": 0, "03": 0, "07": 1}.get(emotion, 2)
            for take in range(1, 4):
                name = f"03-01-{emotion}-01-01-{take:02}-{actor:02}.flac"
                pitch = usual * 2 ** ((4 * level + chance.normal(0, 0.3)) / 12)
                _write(place / name, pitch, 0.1 * 1.8**level, chance)
    return place


@pytest.fixture(scope="module")
def clips(folder: Path) -> Clips:
    voice = PraatVoice()
    found = find_clips(folder)
    return load_clips(found, voice=voice, store=Kept(), copies=1, note=lambda _: None)


def test_clips_are_found_by_ravdess_names_or_in_a_list(folder: Path, tmp_path: Path) -> None:
    found = find_clips(folder)
    assert len(found) == 60
    assert {clip.speaker for clip in found} == {"01", "02", "03", "04"}
    assert sum(clip.neutral for clip in found) == 12
    table = folder / "list.csv"
    with table.open("w", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["file", "label", "speaker"])
        writer.writerows(
            [c.file.name, ("low", "medium", "high")[c.level], c.speaker] for c in found
        )
    assert [c.level for c in find_clips(table)] == [c.level for c in found]
    (tmp_path / "list.csv").write_text("file,label,speaker\na.wav,cross,1\n")
    with pytest.raises(BadVoiceData, match="line 2"):
        find_clips(tmp_path / "list.csv")
    with pytest.raises(BadVoiceData):
        find_clips(tmp_path)


def test_rows_that_are_kept_are_not_made_again_unless_forced(folder: Path) -> None:
    voice, store = Counting(), Kept()
    found = find_clips(folder)[::6]

    def load(force: bool = False) -> Clips:
        return load_clips(
            found, voice=voice, store=store, copies=0, note=lambda _: None, force=force
        )

    first = load()
    assert voice.calls == len(found)
    again = load()
    assert voice.calls == len(found)
    np.testing.assert_array_equal(first.rows, again.rows)
    load(force=True)
    assert voice.calls == 2 * len(found)


def test_speakers_are_never_on_both_sides_of_a_fold(clips: Clips) -> None:
    folds = speaker_folds(clips.speaker, 3, 0)
    for speaker in set(clips.speaker.tolist()):
        assert len(set(folds[clips.speaker == speaker].tolist())) == 1


def test_the_written_file_reads_as_the_fit_does_in_every_manner(
    clips: Clips, tmp_path: Path
) -> None:
    model = fit_voice(clips, 0)
    save_voice(model, {"about": "made-up voices"}, tmp_path / "model.onnx")
    read = OnnxStress(tmp_path / "model.onnx")
    assert read.about == "made-up voices"
    mine = (clips.speaker == 0) & (clips.copy == 0)
    rows = clips.rows[mine]
    cases = {
        "raw": None,
        "even": rows[clips.neutral[mine]],
        "varied": rows,
    }
    for manner in MANNERS:
        base = None if cases[manner] is None else own_voice(cases[manner])
        ready = against(rows, base, manner, model.usual)
        if base is not None:
            assert base.manner(model.usual) == manner
        np.testing.assert_allclose(
            read.shares(rows, cases[manner]), model.heads[manner].shares(ready), atol=2e-3
        )
        np.testing.assert_allclose(read.shares(rows, cases[manner]).sum(axis=1), 1, atol=1e-5)


def test_a_baseline_helps_where_people_differ(clips: Clips) -> None:
    scores = score_voice(clips, seed=0, folds=4)
    assert scores["own_baseline"].uar > 0.9
    assert scores["neutral_baseline"].uar > 0.75
    assert scores["raw"].uar < scores["own_baseline"].uar
    assert scores["own_baseline"].clips == 60
    assert json.dumps(scores["raw"].confusion)


def test_shuffled_labels_score_near_chance_so_nothing_leaks(clips: Clips) -> None:
    chance = np.random.default_rng(5)
    level = clips.level.copy()
    for clip in range(60):
        level[clips.clip == clip] = chance.integers(0, 3)
    shuffled = Clips(
        clips.rows, level, clips.speaker, clips.neutral, clips.copy, clips.clip, clips.seconds
    )
    assert score_voice(shuffled, seed=0, folds=2)["own_baseline"].uar < 0.55


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"no model")
    with pytest.raises(VoiceUnavailable):
        OnnxStress(tmp_path / "model.onnx")


def test_the_command_trains_on_labelled_clips_and_its_model_measures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_model("silero-vad")
    clips = need_data("affect/ravdess16")
    monkeypatch.setattr("app.cli.train_voice.cache_folder", lambda: tmp_path / "cache" / "models")
    table = tmp_path / "clips.csv"
    names = ("neutral", "calm", "happy", "sad", "angry", "fear", "disgust", "surprise")
    with table.open("w", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["file", "label", "speaker"])
        for actor in (1, 2, 3, 4):
            for file in sorted(clips.glob(f"*-01-01-{actor:02}.flac")):
                label = names[int(file.name.split("-")[2]) - 1]
                writer.writerow([file, label, actor])
    model = tmp_path / "model.onnx"
    given = ["train", "voice", "--data", str(table), "--out", str(model), "--copies", "0"]
    done = CliRunner().invoke(app, [*given, "--only-preprocess"])
    assert done.exit_code == 0, done.output
    assert not model.exists()
    done = CliRunner().invoke(app, given)
    assert done.exit_code == 0, done.output
    scores = json.loads(model.with_suffix(".json").read_text())["scores"]
    assert set(scores) == {"raw", "neutral_baseline", "own_baseline", "own_half_baseline"}
    card = model.with_suffix(".md").read_text()
    assert "CC BY-NC-SA" in card
    assert f"{scores['raw']['uar']:.3f}" in card
    one = next(clips.glob("03-01-05-02-01-01-18.flac"))
    out = tmp_path / "out.csv"
    done = CliRunner().invoke(
        app,
        ["measure", "voice", str(one), "--out", str(out), "--model", str(model), "--no-words"],
    )
    assert done.exit_code == 0, done.output
    with out.open(newline="") as lines:
        (line,) = csv.DictReader(lines)
    assert line["stress"] in ("low", "medium", "high")
    assert sum(float(line[f"p_{level}"]) for level in ("low", "medium", "high")) == pytest.approx(
        1, abs=0.002
    )
