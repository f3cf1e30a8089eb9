"""The bench of faces: its keys, a model of one's own beside the shipped one, what it refuses."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.adapters.vision.face_reader import WEIGHTS
from app.bench.errors import BenchFailed, BenchRefused
from app.bench.face import bench_face
from app.domain.interview import EMOTIONS
from app.training.face_export import joined_onnx
from tests.needs import need_data, need_model

pytestmark = pytest.mark.integration


@pytest.fixture
def data() -> Path:
    need_model("emotion")
    need_model("haar")
    need_model("face-landmarks")
    need_data("affect/fer2013_dev.npz")
    return need_data("affect/fake_face.mjpeg").parents[1]


def test_a_model_of_ones_own_stands_beside_the_shipped_one(data: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.onnx"
    own.write_bytes(joined_onnx((need_model("emotion") / WEIGHTS).read_bytes(), None, 0.0))
    home = os.environ.get("DEEPFACE_HOME")
    document = bench_face(data=data, model=own, limit=24)
    assert os.environ.get("DEEPFACE_HOME") == home
    assert {"accuracy", "macro_f1", "per_class", "ms_per_face", "machine", "seed"} <= set(document)
    assert document["speed_ratio_every_frame"] > 1
    assert document["speed_ratio_tracked"] > document["speed_ratio_every_frame"]
    assert document["frames_with_a_face"]["every_frame"] == document["frames"] == 24
    assert (document["model"], document["faces"]) == ("own.onnx", 24)
    assert list(document["per_class"]) == list(EMOTIONS)
    assert sum(row["faces"] for row in document["per_class"].values()) == 24
    assert document["shipped"]["ms_per_face"] < document["ms_per_face"]
    assert document["heads"]["roll_error"]["median"] < 3
    assert document["heads"]["mirror_yaw_error"]["median"] < 5
    assert document["heads"]["ms_per_picture"]["least"] > 0
    assert set(document["flip"]["without"]) == {"accuracy", "macro_f1", "ms_per_face"}


def test_a_bench_without_data_or_with_another_model_says_so(data: Path, tmp_path: Path) -> None:
    with pytest.raises(BenchRefused, match="SOUNDING_DATA"):
        bench_face(data=None)
    with pytest.raises(BenchRefused, match="fer2013"):
        bench_face(data=tmp_path)
    with pytest.raises(BenchRefused, match="no such model"):
        bench_face(data=data, model=tmp_path / "missing.onnx")
    (tmp_path / "x.onnx").write_bytes(b"x")
    with pytest.raises(BenchFailed, match="expression model"):
        bench_face(data=data, model=tmp_path / "x.onnx", limit=24)
