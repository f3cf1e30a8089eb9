"""The same rules for recordings in memory and in files."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from uuid import uuid4

import pytest

from app.adapters.files.recordings import FileRecordings
from app.ports.errors import StoreUnavailable
from app.ports.recordings import Shredded
from tests.fakes.keys import FakeKeys
from tests.fakes.recordings import FakeRecordings

pytestmark = pytest.mark.contract

AnyRecordings = FakeRecordings | FileRecordings
SECOND = bytes(range(250)) * 128


@pytest.fixture(params=["fake", "files"])
def recordings(request: pytest.FixtureRequest, tmp_path: Path) -> AnyRecordings:
    return FakeRecordings() if request.param == "fake" else FileRecordings(tmp_path, FakeKeys())


def test_what_was_appended_is_read(recordings: AnyRecordings) -> None:
    interview = uuid4()
    writer = recordings.open(interview)
    for start in range(0, len(SECOND), 3200):
        writer.append(SECOND[start : start + 3200])
    writer.append(SECOND[:16000])
    assert writer.close() == 1.5
    assert recordings.read(interview, writer.file) == SECOND + SECOND[:16000]


def test_every_stretch_has_its_own_file(recordings: AnyRecordings) -> None:
    interview = uuid4()
    first, second = recordings.open(interview), recordings.open(interview)
    first.append(b"aa")
    second.append(b"bb")
    first.close()
    second.close()
    assert first.file != second.file
    assert recordings.read(interview, first.file) == b"aa"


def test_an_unfinished_stretch_is_readable(recordings: AnyRecordings) -> None:
    interview = uuid4()
    writer = recordings.open(interview)
    writer.append(SECOND + b"\x01")
    assert recordings.read(interview, writer.file)[: len(SECOND)] == SECOND
    assert len(recordings.read(interview, writer.file)) % 2 == 0


def test_a_part_of_a_stretch_is_read_by_its_seconds(recordings: AnyRecordings) -> None:
    interview = uuid4()
    writer = recordings.open(interview)
    writer.append(SECOND * 3)
    writer.close()

    def part(from_s: float, to_s: float | None = None) -> bytes:
        return recordings.read(interview, writer.file, from_s, to_s)

    assert part(0.5, 1.25) == (SECOND * 3)[16_000:40_000]
    assert part(2.5) == SECOND[16_000:]
    assert part(-1.0, 0.25) == SECOND[:8_000]
    assert part(2.75, 9.0) == SECOND[24_000:]
    assert part(4.0) == part(2.0, 1.0) == part(-2.0, -1.0) == b""
    assert len(part(0.00003, 0.99997)) % 2 == 0


def test_a_stretch_knows_its_length_also_while_it_grows(recordings: AnyRecordings) -> None:
    interview = uuid4()
    writer = recordings.open(interview)
    assert recordings.seconds(interview, writer.file) == 0.0
    writer.append(SECOND * 2)
    assert recordings.seconds(interview, writer.file) == 2.0
    writer.append(SECOND + b"\x01")
    assert recordings.seconds(interview, writer.file) == 3.0
    with pytest.raises(StoreUnavailable):
        recordings.seconds(interview, "7.pcm")


@pytest.mark.parametrize(
    "name", ["2.sealed", "2.pcm", "../1.sealed", "/etc/passwd", "1.pcm\n", "", "x.pcm"]
)
def test_only_names_of_stretches_are_read(recordings: AnyRecordings, name: str) -> None:
    interview = uuid4()
    recordings.open(interview).close()
    with pytest.raises(StoreUnavailable) as missing:
        recordings.read(interview, name)
    assert not missing.value.retryable


def test_erasing_leaves_nothing_and_can_be_repeated(recordings: AnyRecordings) -> None:
    interview = uuid4()
    writer = recordings.open(interview)
    writer.close()
    assert recordings.erase(interview) == Shredded(files=1, keys=1)
    assert recordings.erase(interview) == Shredded(files=0, keys=0)
    with pytest.raises(StoreUnavailable):
        recordings.read(interview, writer.file)


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    writer = FileRecordings(tmp_path, FakeKeys()).open(uuid4())
    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StoreUnavailable, match="disk is full"):
        writer.append(SECOND)
    assert writer.close() == 0.0
    with pytest.raises(StoreUnavailable, match="disk is full"):
        FakeRecordings(room=10).open(uuid4()).append(SECOND)
