"""Heads in pictures: known turns of the picture are read back, and what is no face gives none."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.adapters.vision.face_detector import FaceDetector
from app.adapters.vision.face_reader import WEIGHTS, DeepFaceReader
from app.adapters.vision.film import jpegs_of
from app.adapters.vision.landmarks import FaceLandmarks
from app.adapters.vision.picture import decode_grey
from app.domain.head import HeadFrame, Place
from app.ports.errors import FaceUnavailable
from app.ports.vision import FaceReader
from tests.fakes.vision import NO_FACE, FakeFaceReader, straight
from tests.needs import need_data, need_model

pytestmark = pytest.mark.contract

Picture = NDArray[np.uint8]
CASCADE = "haarcascade_frontalface_default.xml"


@cache
def landmarks() -> FaceLandmarks:
    return FaceLandmarks(need_model("face-landmarks"))


@cache
def detector() -> FaceDetector:
    return FaceDetector(need_model("haar") / CASCADE)


@cache
def deepface() -> DeepFaceReader:
    weights, cascade = need_model("emotion") / WEIGHTS, need_model("haar") / CASCADE
    return DeepFaceReader(weights, cascade, landmarks=landmarks())


@cache
def faces() -> tuple[Picture, ...]:
    """The six faces of the slide show."""
    stream = need_data("affect/fake_face.mjpeg").read_bytes()
    return tuple(decode_grey(each) for each in list(jpegs_of(stream))[::10])


def head_in(grey: Picture) -> HeadFrame | None:
    boxes = detector().find(grey)
    return landmarks().find(grey, boxes[0]) if boxes else None


def jpeg(grey: Picture) -> bytes:
    return bytes(cv2.imencode(".jpg", grey)[1].tobytes())


def rolled(grey: Picture, degrees: float) -> Picture:
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(grey, turn, (width, height), borderValue=128.0), np.uint8)


def test_every_face_of_the_slide_show_has_a_head_with_measured_eyes() -> None:
    for grey in faces():
        head = head_in(grey)
        assert head is not None
        assert max(abs(head.yaw), abs(head.pitch), abs(head.roll)) < 45
        assert 0.05 < head.openness < 0.5
        assert head.eye_pixels > 20


def test_a_mirrored_picture_turns_the_other_way() -> None:
    for grey in faces():
        head, other = head_in(grey), head_in(np.ascontiguousarray(grey[:, ::-1]))
        assert head is not None
        assert other is not None
        assert other.yaw == pytest.approx(-head.yaw, abs=6)
        assert other.roll == pytest.approx(-head.roll, abs=4)
        assert other.pitch == pytest.approx(head.pitch, abs=6)
        assert other.openness == pytest.approx(head.openness, abs=0.06)


@pytest.mark.parametrize("degrees", [-25.0, -12.0, 12.0, 25.0])
def test_a_picture_turned_by_so_many_degrees_rolls_the_head_by_as_many(degrees: float) -> None:
    for grey in faces():
        head = head_in(grey)
        assert head is not None
        other = landmarks().follow(rolled(grey, degrees), head.place)
        assert other is not None
        assert other.roll - head.roll == pytest.approx(degrees, abs=5)


def test_a_head_is_followed_where_it_moves_to_and_lost_when_it_is_gone() -> None:
    grey = faces()[0]
    head = head_in(grey)
    assert head is not None
    moved = np.roll(grey, (12, 25), axis=(0, 1))
    followed = landmarks().follow(moved, head.place)
    assert followed is not None
    assert followed.place.x - head.place.x == pytest.approx(25, abs=5)
    assert followed.yaw == pytest.approx(head.yaw, abs=5)
    assert landmarks().follow(np.full_like(grey, 128), head.place) is None


@pytest.mark.parametrize(
    "place",
    [
        Place(float("nan"), 10.0, 50.0, 0.0),
        Place(10.0, 10.0, float("inf"), 0.0),
        Place(10.0, 10.0, 0.0, 0.0),
        Place(-9000.0, 9000.0, 300.0, 1.0),
    ],
)
def test_a_place_that_is_none_holds_no_head(place: Place) -> None:
    assert landmarks().follow(faces()[0], place) is None


@pytest.fixture(params=["fake", "deepface"])
def reader(request: pytest.FixtureRequest) -> FaceReader:
    blank = jpeg(np.full((480, 640), 128, np.uint8))
    if request.param == "fake":
        return FakeFaceReader({blank: NO_FACE}, heads={blank: None, jpeg(faces()[0]): straight()})
    return deepface()


def test_a_reader_follows_a_head_from_picture_to_picture(reader: FaceReader) -> None:
    first = reader.follow(jpeg(faces()[0]), None)
    assert first is not None
    assert reader.follow(jpeg(faces()[0]), first) is not None
    assert reader.follow(jpeg(np.full((480, 640), 128, np.uint8)), None) is None


@pytest.mark.parametrize("kind", ["black", "dark", "sideways", "one pixel"])
def test_what_shows_no_face_has_no_head(kind: str) -> None:
    face = faces()[0]
    grey = {
        "black": np.zeros_like(face),
        "dark": (face * 0.06).astype(np.uint8),
        "sideways": np.ascontiguousarray(np.rot90(face)),
        "one pixel": face[:1, :1],
    }[kind]
    assert deepface().follow(jpeg(grey), None) is None


def test_of_two_faces_the_larger_ones_head_is_read() -> None:
    both = np.full((480, 960), 128, np.uint8)
    both[:, :640], both[100:340, 640:] = faces()[0], cv2.resize(faces()[3], (320, 240))
    head = deepface().read(jpeg(both)).head
    assert head is not None
    assert head.place.x < 640


def test_a_reading_has_a_head_only_with_the_landmark_model() -> None:
    without = DeepFaceReader(need_model("emotion") / WEIGHTS, need_model("haar") / CASCADE)
    frame = jpeg(faces()[0])
    assert without.read(frame).head is None
    assert without.read(frame).probabilities == deepface().read(frame).probabilities
    with pytest.raises(FaceUnavailable, match="No landmark model"):
        without.follow(frame, None)


def test_a_missing_or_broken_landmark_model_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(FaceUnavailable, match="sounding models fetch face-landmarks"):
        FaceLandmarks(tmp_path)
    (tmp_path / "face_landmark.tflite").write_bytes(b"no model at all")
    with pytest.raises(FaceUnavailable, match="sounding models verify face-landmarks"):
        FaceLandmarks(tmp_path)
