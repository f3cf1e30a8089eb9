"""Training an expression model: layouts, splits, kept views, a short run on real faces."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from app.adapters.vision.face_data import BadFaceData, Part, load_faces, load_test_faces
from app.adapters.vision.face_reader import WEIGHTS
from app.cli.main import app
from app.domain.interview import EMOTIONS
from app.training.face_export import alone_onnx, joined_onnx
from app.training.face_fit import Plan, fit_network
from app.training.face_network import Network, first_weights, steps_of
from app.training.face_views import (
    BadBase,
    BaseNetwork,
    Seen,
    see_part,
    session_of,
    shares_of,
    varied,
)
from tests.needs import need_data, need_model

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
    assert (first.pictures.shape, first.shares.shape) == ((3, 20, 48, 48), (3, 20, 7))
    assert np.array_equal(first.pictures[0], part.faces)
    assert np.array_equal(first.pictures[1], part.faces[:, :, ::-1])
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
    return shares_of(session_of(file), np.asarray(faces, np.float32) / 255)


def test_the_file_answers_with_the_weighted_mean_of_both_models() -> None:
    network, faces, steps = base(), made_up(8).faces, steps_of(4)
    own = Network(steps, first_weights(steps, 3))
    shipped, alone = joined_onnx(network.content, None, 0.0), alone_onnx(own)
    logs = 0.3 * np.log(_shares(alone, faces)) + 0.7 * np.log(_shares(shipped, faces))
    expected = np.exp(logs) / np.exp(logs).sum(axis=1, keepdims=True)
    joined = joined_onnx(network.content, own, 0.3)
    assert np.allclose(_shares(joined, faces), expected, atol=1e-4)
    assert not np.allclose(_shares(alone, faces), _shares(shipped, faces), atol=1e-2)


def some_real_faces(folder: Path) -> Path:
    chance, parts = np.random.default_rng(0), {}
    with np.load(need_data("affect/fer2013_dev.npz"), allow_pickle=False) as data:
        for name, count in (("train", 500), ("validation", 200)):
            chosen = chance.choice(len(data[f"y{name}"]), count, replace=False)
            parts |= {f"{each}{name}": data[f"{each}{name}"][chosen] for each in "Xy"}
    np.savez(folder / "some.npz", **parts)
    return folder / "some.npz"


def test_a_short_run_on_real_faces_learns_and_writes_model_figures_and_card(tmp_path: Path) -> None:
    need_model("emotion")
    out, data = tmp_path / "own.onnx", some_real_faces(tmp_path)
    asked = ["train", "face", "--data", str(data), "--out", str(out), "--views", "2", "--plain"]
    asked += ["--cache", str(tmp_path / "views"), "--width", "4", "--passes", "4"]
    only = CliRunner().invoke(app, [*asked, "--only-preprocess"])
    assert only.exit_code == 0, only.output
    assert not out.exists()
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.output
    figures = json.loads(out.with_suffix(".json").read_text())
    assert figures["passes"][-1]["loss"] < figures["passes"][0]["loss"] - 0.02
    assert sum(sum(row.values()) for row in figures["joined"]["confusion"].values()) == 200
    assert figures["shipped"]["accuracy"] > 0.55
    assert figures["joined"]["accuracy"] > 0.5, "half of the answer is the shipped model's"
    assert figures["fitted_alone"]["accuracy"] < figures["shipped"]["accuracy"]
    shares = _shares(out.read_bytes(), made_up(5).faces)
    assert np.allclose(shares.sum(axis=1), 1.0, atol=1e-5)
    assert "research and" in out.with_suffix(".md").read_text()
    assert not out.with_suffix(".unfinished").exists()


def test_an_unfinished_run_goes_on_where_it_stopped_and_ends_alike(tmp_path: Path) -> None:
    part = made_up(70)
    seen = Seen(part.faces[None], np.full((1, 70, 7), 1 / 7, np.float32))
    plan, state, calls = Plan(passes=3, width=2, patience=9, plain=True), tmp_path / "state", [0]

    class Stopped(Exception):
        pass

    def stop_in_the_second(_: object) -> float:
        calls[0] += 1
        if calls[0] == 2:
            raise Stopped
        return 0.5

    asked = (seen, part.labels)
    with pytest.raises(Stopped):
        fit_network(*asked, stop_in_the_second, plan, state, lambda text: None)
    notes: list[str] = []
    resumed, fitting = fit_network(*asked, lambda _: 0.5, plan, state, notes.append)
    assert notes[1] == "going on after pass 1 of 3"
    assert len(fitting.history) == 3
    through, _ = fit_network(*asked, lambda _: 0.5, plan, tmp_path / "new", lambda text: None)
    for name, value in through.weights.items():
        assert np.allclose(value, resumed.weights[name]), name
    with pytest.raises(ValueError, match="other settings"):
        fit_network(*asked, lambda _: 0.5, Plan(passes=9), state, notes.append)


def test_a_fit_that_brings_nothing_ends_early_with_its_best_pass(tmp_path: Path) -> None:
    part = made_up(40)
    seen = Seen(part.faces[None], np.full((1, 40, 7), 1 / 7, np.float32))
    plan, marks = Plan(passes=9, width=2, patience=2, plain=True), iter((0.2, 0.4, 0.3, 0.3))
    passed: list[Network] = []

    def choose(network: Network) -> float:
        passed.append(Network(network.steps, dict(network.weights)))
        return next(marks)

    best, fitting = fit_network(
        seen, part.labels, choose, plan, tmp_path / "state", lambda text: None
    )
    assert fitting.reached == [0.2, 0.4, 0.3, 0.3]
    assert all(np.array_equal(best.weights[name], each) for name, each in passed[1].weights.items())
