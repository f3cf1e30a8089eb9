"""`sounding measure voice` on good and bad sound: a line a file, never an invented figure."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from app.adapters.voice.sound_file import blocks_of
from app.cli.main import app
from app.cli.voice_files import COLUMNS
from app.ports.errors import VoiceUnavailable
from tests.needs import need_data, need_model

pytestmark = pytest.mark.integration

RATE = 16_000


def _write(path: Path, wave: NDArray[np.float64], rate: int = RATE, channels: int = 1) -> None:
    pcm = (np.atleast_2d(wave).clip(-1, 1) * 32767).astype(np.int16)
    layout = "mono" if channels == 1 else "stereo"
    with av.open(str(path), "w") as sound:
        stream = sound.add_stream("pcm_s16le", rate=rate, layout=layout)
        packed = pcm.T.reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(packed), "s16", layout)
        frame.rate = rate
        for packet in (*stream.encode(frame), *stream.encode(None)):
            sound.mux(packet)


@pytest.fixture(scope="module")
def speech() -> NDArray[np.float64]:
    folder = need_data("speech/librispeech")
    return np.concatenate(list(blocks_of(sorted(folder.glob("*.flac"))[0])))


@pytest.fixture(scope="module")
def table(
    tmp_path_factory: pytest.TempPathFactory, speech: NDArray[np.float64]
) -> dict[str, dict[str, str]]:
    need_model("silero-vad")
    folder = tmp_path_factory.mktemp("sounds")
    chance = np.random.default_rng(0)
    time = np.arange(6 * RATE) / RATE
    chord = sum(0.1 * np.sin(2 * np.pi * f * time) for f in (262.0, 330.0, 392.0))
    _write(folder / "good.wav", speech)
    _write(folder / "half.wav", speech[::2], rate=RATE // 2)
    _write(folder / "stereo.wav", np.stack([speech, 0.5 * speech]), channels=2)
    _write(folder / "silence.wav", np.zeros(3 * RATE))
    _write(folder / "noise.wav", chance.normal(0, 0.1, 3 * RATE))
    _write(folder / "chord.wav", chord * np.sin(2 * np.pi * 0.7 * time) ** 2)
    _write(folder / "clipped.wav", (speech * 200).clip(-1, 1))
    _write(folder / "tiny.wav", np.zeros(20))
    (folder / "broken.wav").write_bytes(b"RIFF\x00\x00\x00\x00WAVE")
    (folder / "empty.flac").write_bytes(b"")
    _write(folder.parent / "own.wav", speech)
    given = [str(folder), "--out", str(folder / "out.csv"), "--no-words"]
    done = CliRunner().invoke(
        app, ["measure", "voice", *given, "--baseline", str(folder / "good.wav")]
    )
    assert done.exit_code == 0, done.output
    with (folder / "out.csv").open(newline="") as lines:
        reader = csv.DictReader(lines)
        assert tuple(reader.fieldnames or ()) == COLUMNS
        return {line["file"]: line for line in reader}


def test_speech_has_every_plain_figure_and_an_index_without_shares(table: Any) -> None:
    good = table["good.wav"]
    assert 60 < float(good["pitch_hz_median"]) < 350
    assert float(good["speech_seconds"]) <= float(good["seconds"])
    assert -60 < float(good["loudness_db"]) < 0
    assert good["stress"] == "low"  # beside itself
    assert (good["p_low"], good["p_medium"], good["p_high"]) == ("", "", "")
    assert float(good["coverage"]) > 0.9
    assert good["error"] == ""


def test_rate_and_channels_change_little(table: Any) -> None:
    for name in ("half.wav", "stereo.wav"):
        assert float(table[name]["pitch_hz_median"]) == pytest.approx(
            float(table["good.wav"]["pitch_hz_median"]), rel=0.02
        )
        assert table[name]["error"] == ""


@pytest.mark.parametrize("name", ["silence.wav", "noise.wav", "chord.wav", "tiny.wav"])
def test_what_is_no_speech_has_no_pitch_and_no_stress(table: Any, name: str) -> None:
    line = table[name]
    assert line["error"] == "no speech was heard"
    assert (line["pitch_hz_median"], line["loudness_db"], line["stress"]) == ("", "", "")
    assert float(line["coverage"]) == float(line["confidence"]) == 0.0


def test_clipped_speech_has_no_loudness_and_no_stress(table: Any) -> None:
    line = table["clipped.wav"]
    assert line["error"].startswith("clipped")
    assert (line["loudness_db"], line["stress"]) == ("", "")


@pytest.mark.parametrize("name", ["broken.wav", "empty.flac"])
def test_what_is_no_sound_is_a_line_with_its_error(table: Any, name: str) -> None:
    assert "no sound" in table[name]["error"]
    assert table[name]["pitch_hz_median"] == ""


@pytest.mark.parametrize(
    "given",
    [
        ["nowhere", "--out", "x.csv"],
        [".", "--out", "x.csv"],
        ["own.wav", "--out", "none/x.csv"],
        ["own.wav", "--out", "x.csv", "--baseline", "nowhere"],
        ["own.wav", "--out", "x.csv", "--model", "own.wav"],
        ["own.wav", "--out", "x.csv", "--baseline", "silent.wav", "--no-words"],
    ],
)
def test_bad_input_exits_2_and_writes_nothing(
    given: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_model("silero-vad")
    monkeypatch.chdir(tmp_path)
    if given[0] != ".":
        _write(tmp_path / "own.wav", np.zeros(RATE))
        _write(tmp_path / "silent.wav", np.zeros(RATE))
    done = CliRunner().invoke(app, ["measure", "voice", *given])
    assert done.exit_code == 2
    assert not (tmp_path / "x.csv").exists()


def test_long_sound_is_read_in_blocks(tmp_path: Path) -> None:
    _write(tmp_path / "long.wav", np.zeros(95 * RATE))
    blocks = [len(block) for block in blocks_of(tmp_path / "long.wav")]
    assert blocks == [30 * RATE] * 3 + [5 * RATE]
    with pytest.raises(VoiceUnavailable):
        list(blocks_of(tmp_path / "none.wav"))
