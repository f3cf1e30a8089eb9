"""Training an expression model: layouts, splits, kept views, the widened layers, the file."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import pytest
from typer.testing import CliRunner

from app.adapters.vision.face_data import BadFaceData, Part, load_faces, load_test_faces
from app.adapters.vision.face_reader import WEIGHTS
from app.cli.main import app
from app.domain.interview import EMOTIONS
from app.training.face_views import BadBase, BaseNetwork, see_part, varied
from tests.needs import need_model

pytestmark = pytest.mark.integration

FACES = 210


def made_up(count: int = FACES, seed: int = 0) -> Part:
    """Noise with a bright bar whose height says the label."""
    chance = np.random.default_rng(seed)
    labels = np.arange(count) % len(EMOTIONS)
    faces = chance.integers(60, 120, (count, 48, 48)).astype(np.uint8)
    for face, label in zip(faces, labels, strict=True):
        face[4 + 6 * label : 8 + 6 * label, 8:40] = 230
    return Part(faces, labels.astype(np.int64))


def archive(folder: Path, *, test: int = 35) -> Path:
    known, left = made_up(), made_up(test, 1)
    parts = {"Xtrain": known.faces, "ytrain": known.labels}
    if test:
        parts |= {"Xvalidation": left.faces, "yvalidation": left.labels}
    np.savez(folder / "faces.npz", **parts)
    return folder / "faces.npz"


def table(folder: Path) -> Path:
    known, left = made_up(), made_up(35, 1)
    rows = ["emotion,pixels,Usage"]
    for part, usage in ((known, "Training"), (left, "PublicTest"), (left, "PrivateTest")):
        rows += [
            f"{label},{' '.join(map(str, face.ravel()))},{usage}"
            for face, label in zip(part.faces, part.labels, strict=True)
        ]
    (folder / "faces.csv").write_text("\n".join(rows))
    return folder / "faces.csv"


def pictures(folder: Path) -> Path:
    root = folder / "faces"
    for name, part in (("train", made_up()), ("test", made_up(35, 1))):
        for count, (face, label) in enumerate(zip(part.faces, part.labels, strict=True)):
            place = root / name / EMOTIONS[label]
            place.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(place / f"{count:04d}.png"), face)
    return root


@pytest.mark.parametrize("layout", [archive, table, pictures])
def test_every_layout_gives_the_same_faces_in_the_same_parts(tmp_path: Path, layout) -> None:
    read, expected = load_faces(layout(tmp_path)), load_faces(archive(tmp_path))
    for part in ("fit", "selection", "test"):
        ours, theirs = getattr(read, part), getattr(expected, part)
        assert sorted(ours.labels) == sorted(theirs.labels)
        assert {face.tobytes() for face in ours.faces} == {f.tobytes() for f in theirs.faces}
    assert len(read.test) == 35


def test_no_face_is_in_two_parts_also_without_a_validation_part(tmp_path: Path) -> None:
    data = load_faces(archive(tmp_path, test=0))
    digests = [{face.tobytes() for face in part.faces} for part in (data.fit, data.selection)]
    digests.append({face.tobytes() for face in data.test.faces})
    assert sum(map(len, digests)) == len(set.union(*digests)) == FACES
    with pytest.raises(BadFaceData, match="validation"):
        load_test_faces(archive(tmp_path, test=0))


def test_data_in_no_known_layout_is_refused(tmp_path: Path) -> None:
    (tmp_path / "faces.txt").write_text("x")
    (tmp_path / "broken.npz").write_bytes(b"x")
    (tmp_path / "faces.csv").write_text("emotion,pixels\n9,1 2 3\n")
    (tmp_path / "empty").mkdir()
    for name in ("faces.txt", "broken.npz", "faces.csv", "empty", "missing.npz"):
        with pytest.raises(BadFaceData):
            load_faces(tmp_path / name)


def base() -> BaseNetwork:
    return BaseNetwork(need_model("emotion") / WEIGHTS)


def test_views_are_made_once_and_anew_when_forced(tmp_path: Path) -> None:
    notes: list[str] = []
    part, network = made_up(20), base()
    first = see_part(part, network, 3, tmp_path, force=False, note=notes.append)
    again = see_part(part, network, 3, tmp_path, force=False, note=notes.append)
    assert (first.middles.shape, first.shares.shape) == ((3, 20, 32, 15, 15), (3, 20, 7))
    assert np.array_equal(first.shares, again.shares)
    assert "are in" in notes[-1]
    see_part(part, network, 3, tmp_path, force=True, note=notes.append)
    assert notes[-1] == "view 3 of 3 of 20 faces"
    assert not np.allclose(first.shares[0], first.shares[2])


def test_a_varied_face_stays_a_face_in_its_range() -> None:
    face, chance = made_up(1).faces[0], np.random.default_rng(0)
    views = [varied(face, chance) for _ in range(20)]
    assert all(view.shape == (48, 48) and 0 <= view.min() <= view.max() <= 1 for view in views)
    assert len({view.tobytes() for view in views}) == 20


def test_another_network_is_no_base(tmp_path: Path) -> None:
    (tmp_path / "x.onnx").write_bytes(b"x")
    with pytest.raises(BadBase):
        BaseNetwork(tmp_path / "x.onnx")


def _shares(file: bytes, faces: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    return session.run(["output"], {"input": faces[..., None].astype(np.float32) / 255})[0]


def test_before_any_fit_the_widened_layers_say_what_the_shipped_model_says() -> None:
    pytest.importorskip("torch", reason="the extra train is not installed")
    from app.training.face_export import joined_onnx
    from app.training.face_network import upper_half

    network, faces = base(), made_up(8).faces
    alone = joined_onnx(network.content, None, 0.0)
    joined = joined_onnx(network.content, upper_half(network.content), 1.0)
    assert np.allclose(_shares(alone, faces), _shares(joined, faces), atol=1e-5)


def test_training_learns_resumes_and_writes_model_figures_and_card(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the extra train is not installed")
    need_model("emotion")
    out, data = tmp_path / "own.onnx", archive(tmp_path)
    asked = ["train", "face", "--data", str(data), "--out", str(out), "--views", "3"]
    asked += ["--cache", str(tmp_path / "views")]
    only = CliRunner().invoke(app, [*asked, "--only-preprocess"])
    assert only.exit_code == 0, only.output
    assert not out.exists()
    done = CliRunner().invoke(app, [*asked, "--passes", "4"])
    assert done.exit_code == 0, done.output
    figures = json.loads(out.with_suffix(".json").read_text())
    assert figures["passes"][-1]["loss"] < figures["passes"][0]["loss"]
    assert figures["faces"]["test"] == 35
    assert sum(sum(row.values()) for row in figures["joined"]["confusion"].values()) == 35
    shares = _shares(out.read_bytes(), made_up(5).faces)
    assert shares.shape == (5, 7)
    assert np.allclose(shares.sum(axis=1), 1.0, atol=1e-5)
    assert "research and" in out.with_suffix(".md").read_text()


def test_an_unfinished_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the extra train is not installed")
    from app.training.face_fit import Plan, fit_upper_half

    network, part = base(), made_up(140)
    seen = see_part(part, network, 2, tmp_path, force=False, note=lambda text: None)
    plan, state, calls = Plan(passes=3, patience=9), tmp_path / "state", [0]

    class Stopped(Exception):
        pass

    def stop_in_the_second(_: object) -> float:
        calls[0] += 1
        if calls[0] == 2:
            raise Stopped
        return 0.5

    asked = (network.content, seen.middles, part.labels)
    with pytest.raises(Stopped):
        fit_upper_half(*asked, stop_in_the_second, plan, state, lambda text: None)
    notes: list[str] = []
    fitting = fit_upper_half(*asked, lambda _: 0.5, plan, state, notes.append)
    assert notes[0] == "going on after pass 1 of 3"
    assert len(fitting.history) == 3
    with pytest.raises(ValueError, match="other settings"):
        fit_upper_half(*asked, lambda _: 0.5, Plan(passes=9), state, notes.append)
