"""Files of faces, good and bad: a clear reading with its coverage, or an error, never a guess."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from app.adapters.vision.face_files import FaceLine, find_files, read_file
from app.adapters.vision.face_heat import heat_of, heat_picture
from app.adapters.vision.face_reader import WEIGHTS, DeepFaceReader
from app.adapters.vision.film import jpegs_of
from app.cli.main import app
from app.domain.interview import EMOTIONS
from app.ports.errors import FaceUnavailable
from tests.needs import need_data, need_model

pytestmark = pytest.mark.contract

Picture = NDArray[np.uint8]


@cache
def reader() -> DeepFaceReader:
    cascade = need_model("haar") / "haarcascade_frontalface_default.xml"
    return DeepFaceReader(need_model("emotion") / WEIGHTS, cascade)


@cache
def film() -> tuple[Picture, ...]:
    stream = need_data("affect/fake_face.mjpeg").read_bytes()
    return tuple(
        np.asarray(cv2.imdecode(np.frombuffer(each, np.uint8), cv2.IMREAD_COLOR), np.uint8)
        for each in jpegs_of(stream)
    )


def lines(file: Path, *, cropped: bool = False) -> list[FaceLine]:
    return list(read_file(file, file.name, reader(), cropped=cropped))


def picture(folder: Path, pixels: Picture, name: str = "x.png") -> Path:
    file = folder / name
    cv2.imwrite(str(file), pixels)
    return file


def video(folder: Path, frames: list[Picture], rate: float) -> Path:
    file = folder / "x.mp4"
    height, width = frames[0].shape[:2]
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter_fourcc(*"mp4v"), rate, (width, height))
    for frame in frames:
        writer.write(frame)
    writer.release()
    return file


def test_one_face_gives_seven_shares_and_full_coverage(tmp_path: Path) -> None:
    (line,) = lines(picture(tmp_path, film()[0]))
    assert (line.faces, line.coverage, line.error) == (1, 1.0, "")
    assert line.shares is not None
    assert sum(line.shares) == pytest.approx(1.0)


@pytest.mark.parametrize("kind", ["black", "dark", "sideways", "masked", "one pixel"])
def test_a_face_that_cannot_be_seen_has_no_expression(tmp_path: Path, kind: str) -> None:
    face = film()[0]
    masked = face.copy()
    masked[250:400, 200:440] = (200, 180, 90)
    pixels = {
        "black": np.zeros_like(face),
        "dark": (face * 0.12).astype(np.uint8),
        "sideways": np.ascontiguousarray(np.rot90(face)),
        "masked": masked,
        "one pixel": face[:1, :1],
    }[kind]
    (line,) = lines(picture(tmp_path, pixels))
    assert (line.faces, line.shares, line.emotion, line.coverage) == (0, None, None, 0.0)
    assert line.quality == 0.0


def test_dark_glasses_leave_a_reading_or_a_gap_but_no_error(tmp_path: Path) -> None:
    worn = film()[0].copy()
    worn[180:240, 220:420] = 15
    (line,) = lines(picture(tmp_path, worn))
    assert line.error == ""
    assert (line.shares is None) == (line.faces == 0)


def test_of_two_faces_the_largest_is_read_and_both_are_counted(tmp_path: Path) -> None:
    small = cv2.resize(film()[30], (320, 240))
    both = np.full((480, 960, 3), 128, np.uint8)
    both[:, :640], both[100:340, 640:] = film()[0], small
    (line,) = lines(picture(tmp_path, both))
    (alone,) = lines(picture(tmp_path, film()[0]))
    assert line.faces == 2
    assert line.emotion == alone.emotion


def test_a_picture_of_8k_is_read_reduced(tmp_path: Path) -> None:
    large = np.asarray(cv2.resize(film()[0], (7680, 5760)), np.uint8)
    (line,) = lines(picture(tmp_path, large, "x.jpg"))
    assert (line.faces, line.error) == (1, "")


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xd8\xff" + bytes(500), b"no picture at all"],
    ids=["empty", "nul", "text"],
)
@pytest.mark.parametrize("name", ["x.jpg", "x.mp4", "x.mjpeg"])
def test_a_broken_file_is_one_line_with_its_error(
    tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    (line,) = lines(tmp_path / name)
    assert line.error
    assert line.shares is None


def test_a_video_cut_in_half_is_an_error_and_no_reading(tmp_path: Path) -> None:
    file = video(tmp_path, list(film()[:20]), 10)
    file.write_bytes(file.read_bytes()[:4000])
    assert all(line.error and line.shares is None for line in lines(file))


def test_a_video_has_a_line_a_second_also_at_one_frame_a_second(tmp_path: Path) -> None:
    slow = lines(video(tmp_path, [film()[0]] * 4, 1))
    assert [line.time_s for line in slow] == [0, 1, 2, 3]
    fast = lines(video(tmp_path, [film()[0]] * 60, 25))
    assert [line.time_s for line in fast] == [0, 1, 2]
    assert all(line.faces == 1 for line in slow + fast)


def test_a_face_seen_half_of_a_second_covers_half_of_it(tmp_path: Path) -> None:
    nobody = np.full_like(film()[0], 128)
    frames = [film()[0]] * 5 + [nobody] * 5
    (line,) = lines(video(tmp_path, frames, 10))
    assert 0.3 <= line.coverage <= 0.7


def test_a_damaged_frame_in_a_stream_lowers_the_coverage_of_its_second(tmp_path: Path) -> None:
    good = cv2.imencode(".jpg", film()[0])[1].tobytes()
    (tmp_path / "x.mjpeg").write_bytes(good * 4 + b"\xff\xd8\xff" + bytes(60) + b"\xff\xd9" + good)
    (line,) = lines(tmp_path / "x.mjpeg")
    assert line.coverage == pytest.approx(5 / 6)
    assert "frame" in line.error


def test_a_crop_below_48_pixels_is_refused(tmp_path: Path) -> None:
    (line,) = lines(picture(tmp_path, film()[0][:40, :40]), cropped=True)
    assert "at least 48 x 48" in line.error


def test_the_command_writes_the_columns_and_says_what_failed(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    picture(folder, film()[0], "a.png")
    (folder / "b.jpg").write_bytes(b"x")
    out = tmp_path / "out.csv"
    done = CliRunner().invoke(app, ["measure", "face", str(folder), "--out", str(out)])
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader(out.open()))
    assert list(rows[0]) == [
        "file", "time_s", "faces", "emotion", *(f"p_{name}" for name in EMOTIONS),
        "coverage", "quality", "error",
    ]  # fmt: skip
    assert [row["file"] for row in rows] == ["a.png", "b.jpg"]
    assert rows[1]["emotion"] == rows[1]["p_happy"] == ""
    assert rows[1]["error"]


@pytest.mark.parametrize("given", ["missing", "empty"])
def test_nothing_to_measure_is_bad_input(tmp_path: Path, given: str) -> None:
    place = tmp_path / given
    if given == "empty":
        place.mkdir()
    asked = ["measure", "face", str(place), "--out", str(tmp_path / "out.csv")]
    assert CliRunner().invoke(app, asked).exit_code == 2


def test_files_are_found_below_a_folder_by_name(tmp_path: Path) -> None:
    for name in ("b/2.png", "a/1.jpg", "a/notes.txt", "c.webm"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    found = [str(file.relative_to(tmp_path)) for file in find_files(tmp_path)]
    assert found == ["a/1.jpg", "b/2.png", "c.webm"]


def test_a_smile_is_read_from_the_lower_half_of_the_face() -> None:
    data = np.load(need_data("affect/fer2013_dev.npz"))
    faces = data["Xvalidation"][data["yvalidation"] == EMOTIONS.index("happy")][:12]
    heats = [heat_of(reader(), face, "happy") for face in faces]
    clear = [each.heat for each in heats if each.share > 0.5]
    lower = sum(float(heat[24:].sum()) for heat in clear) / sum(float(h.sum()) for h in clear)
    assert lower > 0.65
    assert heat_picture(faces[0], heats[0].heat).startswith(b"\x89PNG")


def test_a_model_of_another_shape_is_refused_in_our_words(tmp_path: Path) -> None:
    (tmp_path / "x.onnx").write_bytes(b"no model")
    with pytest.raises(FaceUnavailable, match="expression model"):
        DeepFaceReader(
            tmp_path / "x.onnx", need_model("haar") / "haarcascade_frontalface_default.xml"
        )
