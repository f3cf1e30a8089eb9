"""What every face reader promises: the fake and DeepFace on our own crop."""

from __future__ import annotations

import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.adapters.vision.face_reader import WEIGHTS, DeepFaceReader, TrackedFaceReader
from app.domain.interview import EMOTIONS
from app.ports.errors import FaceUnavailable
from app.ports.vision import FaceReader, FaceReading
from tests.fakes.vision import NO_FACE, FakeFaceReader
from tests.needs import need_data, need_model

pytestmark = pytest.mark.contract

CASCADE = "haarcascade_frontalface_default.xml"


def jpeg(grey: NDArray[np.uint8]) -> bytes:
    return bytes(cv2.imencode(".jpg", grey)[1].tobytes())


def blank() -> bytes:
    return jpeg(np.full((480, 640), 128, np.uint8))


@cache
def real() -> DeepFaceReader:
    return DeepFaceReader(need_model("emotion") / WEIGHTS, need_model("haar") / CASCADE)


def camera_frames() -> list[bytes]:
    film = need_data("affect/fake_face.mjpeg").read_bytes()
    return [
        b"\xff\xd8" + part.split(b"\xff\xd9")[0] + b"\xff\xd9"
        for part in film.split(b"\xff\xd8")[1:]
    ]


@pytest.fixture(params=["fake", "deepface"])
def reader(request: pytest.FixtureRequest) -> FaceReader:
    if request.param == "fake":
        return FakeFaceReader({blank(): NO_FACE})
    return real()


def of_one_face(reading: FaceReading) -> tuple[float, ...]:
    assert reading.faces == 1
    assert reading.box is not None
    assert min(reading.box) >= 0
    assert 0.0 <= reading.quality <= 1.0
    assert reading.probabilities is not None
    return reading.probabilities


def test_a_face_gives_seven_shares_that_sum_to_one(reader: FaceReader) -> None:
    shares = of_one_face(reader.read(camera_frames()[0]))
    assert len(shares) == len(EMOTIONS)
    assert min(shares) >= 0.0
    assert sum(shares) == pytest.approx(1.0, abs=1e-6)


def test_the_same_frame_reads_the_same_twice(reader: FaceReader) -> None:
    frame = camera_frames()[0]
    assert reader.read(frame) == reader.read(frame)


def test_a_frame_without_a_face_is_a_gap_and_no_guess(reader: FaceReader) -> None:
    assert reader.read(blank()) == NO_FACE


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"GIF89a not what was asked for",
        b"<html>",
        b"\xff\xd8\xff" + b"\0" * (2 << 20),
    ],
    ids=["empty", "gif", "text", "huge"],
)
def test_what_is_no_frame_is_refused_in_our_words(reader: FaceReader, frame: bytes) -> None:
    with pytest.raises(FaceUnavailable, match="frame"):
        reader.read(frame)


def test_a_jpeg_cut_off_in_its_header_is_refused() -> None:
    for length in (3, 4, 20, 100):
        with pytest.raises(FaceUnavailable):
            real().read(blank()[:length])


def test_a_jpeg_with_flipped_bytes_never_crashes_the_reader() -> None:
    frame = bytearray(camera_frames()[0])
    generator = np.random.default_rng(7)
    for _ in range(60):
        broken = bytearray(frame)
        for place in generator.integers(2, len(frame), 12):
            broken[place] = int(generator.integers(0, 256))
        try:
            assert real().read(bytes(broken)).faces >= 0
        except FaceUnavailable:
            continue


def test_a_small_file_that_unpacks_into_gigabytes_is_refused_by_its_header() -> None:
    header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 60000, 60000)
    with pytest.raises(FaceUnavailable, match="60000 pixels"):
        real().read(header + b"\0" * 20)


def test_the_largest_of_several_faces_is_read() -> None:
    frame = cv2.imdecode(np.frombuffer(camera_frames()[0], np.uint8), cv2.IMREAD_GRAYSCALE)
    both = np.full((480, 960), 128, np.uint8)
    both[:, :640] = frame
    both[100:340, 640:960] = cv2.resize(frame, (320, 240))
    reading = real().read(jpeg(both))
    assert reading.faces == 2
    assert reading.box is not None
    assert reading.box[0] < 320
    assert reading.box[2] > 200


def test_a_dark_or_blurred_face_has_less_quality() -> None:
    frame = cv2.imdecode(np.frombuffer(camera_frames()[0], np.uint8), cv2.IMREAD_GRAYSCALE)
    reader = real()
    good = reader.read(jpeg(frame)).quality
    dark = reader.read_near(jpeg((frame * 0.2).astype(np.uint8)), reader.read(jpeg(frame)))
    blurred = reader.read_near(jpeg(cv2.GaussianBlur(frame, (0, 0), 9)), reader.read(jpeg(frame)))
    assert good > 0.8
    assert dark.quality < 0.5
    assert blurred.quality < 0.5


def test_every_frame_of_the_film_shows_one_face_also_when_tracked() -> None:
    frames = camera_frames()
    tracked = TrackedFaceReader(real(), every=5)
    for frame in frames:
        of_one_face(real().read(frame))
        of_one_face(tracked.read(frame))


def test_a_tracked_face_that_left_is_gone_after_five_frames_at_most() -> None:
    tracked = TrackedFaceReader(real(), every=5)
    of_one_face(tracked.read(camera_frames()[0]))
    last = [tracked.read(blank()) for _ in range(5)][-1]
    assert last == NO_FACE


def test_a_tracked_face_that_gave_way_to_a_wall_is_not_read_on() -> None:
    tracked = TrackedFaceReader(real(), every=5)
    of_one_face(tracked.read(camera_frames()[0]))
    assert tracked.read(blank()) == NO_FACE


def test_threads_may_share_one_reader() -> None:
    frame = camera_frames()[0]
    expected = real().read(frame)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(real().read, [frame] * 12)) == {expected}


def test_our_reading_is_deepface_analyze_averaged_over_the_mirror_image() -> None:
    faces = np.load(need_data("affect/fer2013_dev.npz"))["Xvalidation"][:5]
    reader = real()
    from deepface import DeepFace

    for face in faces:
        views = []
        for view in (face, face[:, ::-1]):
            large = cv2.resize(view, (224, 224), interpolation=cv2.INTER_NEAREST)
            shares = DeepFace.analyze(
                cv2.cvtColor(large, cv2.COLOR_GRAY2BGR),
                actions=["emotion"],
                detector_backend="skip",
                enforce_detection=False,
                silent=True,
            )[0]["emotion"]
            views.append([float(shares[name]) / 100 for name in EMOTIONS])
        ours = of_one_face(reader.read_cropped(cv2.imencode(".png", face)[1].tobytes()))
        assert ours == pytest.approx(np.mean(views, axis=0), abs=0.005)


def test_expressions_of_300_fer2013_faces_are_right_as_often_as_published() -> None:
    data = np.load(need_data("affect/fer2013_dev.npz"))
    chosen = np.random.default_rng(0).choice(len(data["yvalidation"]), 300, replace=False)
    right = 0
    for face, label in zip(data["Xvalidation"][chosen], data["yvalidation"][chosen], strict=True):
        shares = of_one_face(real().read_cropped(cv2.imencode(".png", face)[1].tobytes()))
        right += int(np.argmax(shares)) == int(label)
    assert right / 300 >= 0.60, "0.663 over all 3,589; 300 faces scatter by 0.03"


def test_a_missing_model_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(FaceUnavailable, match="sounding models fetch haar"):
        DeepFaceReader(tmp_path / WEIGHTS, tmp_path / CASCADE)
    with pytest.raises(FaceUnavailable, match="sounding models fetch emotion"):
        DeepFaceReader(tmp_path / WEIGHTS, need_model("haar") / CASCADE)


def test_deepface_is_imported_only_when_a_reader_is_made() -> None:
    code = (
        "import sys, app.adapters.vision.face_reader\n"
        "assert not {'deepface', 'tensorflow', 'torch'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
