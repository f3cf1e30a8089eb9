"""Recordings on disk say nothing without their key, survive a crash, and are read in any place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest

from app.adapters.files.recordings import FileRecordings
from app.adapters.store.keys import PostgresKeys
from app.adapters.store.store import PostgresStore
from app.ports.errors import StoreUnavailable
from app.ports.recordings import Keys, Shredded
from tests.contracts.stored import an_interview
from tests.fakes.keys import FakeKeys

pytestmark = pytest.mark.contract

SECOND = bytes(range(250)) * 128
TONE = (np.sin(np.arange(40_000) * 0.17) * 9000).astype("<i2").tobytes()


@pytest.fixture
def keys() -> FakeKeys:
    return FakeKeys()


@pytest.fixture
def recordings(tmp_path: Path, keys: FakeKeys) -> FileRecordings:
    return FileRecordings(tmp_path, keys)


def _kept(recordings: FileRecordings, pcm: bytes) -> tuple[UUID, str]:
    interview = uuid4()
    writer = recordings.open(interview)
    for start in range(0, len(pcm), 3200):
        writer.append(pcm[start : start + 3200])
    writer.close()
    return interview, writer.file


def _path(tmp_path: Path, interview: UUID, file: str) -> Path:
    return tmp_path / "recordings" / str(interview) / file


def test_the_bytes_on_disk_hold_no_stretch_of_the_sound(
    recordings: FileRecordings, tmp_path: Path
) -> None:
    interview, file = _kept(recordings, TONE)
    raw = _path(tmp_path, interview, file).read_bytes()
    assert recordings.read(interview, file) == TONE
    assert not any(TONE[at : at + 16] in raw for at in range(0, len(TONE) - 16, 16))


def test_two_stretches_of_the_same_sound_differ_on_disk(
    recordings: FileRecordings, tmp_path: Path, keys: FakeKeys
) -> None:
    interview, first = _kept(recordings, TONE)
    other, second = _kept(recordings, TONE)
    assert (
        _path(tmp_path, interview, first).read_bytes()[8:]
        != (_path(tmp_path, other, second).read_bytes()[8:])
    )
    assert len(set(keys.kept.values())) == 2


def test_an_erased_key_erases_the_sound_of_a_copy_too(
    recordings: FileRecordings, tmp_path: Path
) -> None:
    interview, file = _kept(recordings, TONE)
    copy = _path(tmp_path, interview, file).read_bytes()
    assert recordings.erase(interview) == Shredded(files=1, keys=1)
    _path(tmp_path, interview, file).parent.mkdir()
    _path(tmp_path, interview, file).write_bytes(copy)
    for read in (recordings.read, recordings.seconds):
        with pytest.raises(StoreUnavailable) as missing:
            read(interview, file)
        assert not missing.value.retryable


@pytest.mark.parametrize("cut", [1, 15, 16, 17, 5_000, 31_999])
def test_a_frame_that_a_crash_cut_off_is_left_out(
    recordings: FileRecordings, tmp_path: Path, cut: int
) -> None:
    interview, file = _kept(recordings, SECOND * 3)
    path = _path(tmp_path, interview, file)
    path.write_bytes(path.read_bytes()[:-cut])
    assert recordings.read(interview, file) == SECOND * 2
    assert recordings.seconds(interview, file) == 2.0
    assert recordings.read(interview, file, 1.5, 2.5) == SECOND[16_000:]


def test_changed_bytes_are_told_and_not_played(recordings: FileRecordings, tmp_path: Path) -> None:
    interview, file = _kept(recordings, SECOND * 3)
    path = _path(tmp_path, interview, file)
    raw = bytearray(path.read_bytes())
    raw[40_000] ^= 1
    path.write_bytes(raw)
    with pytest.raises(StoreUnavailable, match="does not open"):
        recordings.read(interview, file)
    assert recordings.read(interview, file, 0.0, 1.0) == SECOND


@pytest.mark.parametrize("folder", ["recordings", "recordings/recordings"])
def test_recordings_of_before_stay_readable_and_are_erased(
    recordings: FileRecordings, tmp_path: Path, folder: str
) -> None:
    interview = uuid4()
    old = tmp_path / folder / str(interview)
    old.mkdir(parents=True)
    (old / "4.pcm").write_bytes(SECOND * 2)
    writer = recordings.open(interview)
    writer.append(SECOND)
    writer.close()
    assert writer.file == "5.sealed"
    assert recordings.read(interview, "4.pcm", 1.0) == SECOND
    assert recordings.seconds(interview, "4.pcm") == 2.0
    assert recordings.erase(interview) == Shredded(files=2, keys=1)
    assert not old.exists()


def test_no_file_is_left_where_no_key_can_be_made(tmp_path: Path) -> None:
    class NoKeys(FakeKeys):
        def make(self, interview_id: UUID, file: str) -> bytes:
            raise StoreUnavailable("the store can't be reached")

    with pytest.raises(StoreUnavailable, match="can't be reached"):
        FileRecordings(tmp_path, NoKeys()).open(uuid4())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.fixture
async def kept_interview(postgres_url: str) -> UUID:
    store = PostgresStore(postgres_url)
    interview = an_interview()
    async with store.begin() as work:
        await work.interviews.add(interview)
    await store.close()
    return interview.id


@pytest.fixture
def real_keys(postgres_url: str) -> Iterator[PostgresKeys]:
    keys = PostgresKeys(postgres_url)
    yield keys
    keys.close()


@pytest.mark.parametrize("which", ["fake", "postgres"])
async def test_a_key_is_of_its_file_until_it_is_erased(
    which: str, kept_interview: UUID, real_keys: PostgresKeys
) -> None:
    keys: Keys = FakeKeys() if which == "fake" else real_keys
    first = keys.make(kept_interview, "1.sealed")
    assert len(first) == 32
    assert keys.of(kept_interview, "1.sealed") == first
    assert keys.make(kept_interview, "1.sealed") != first
    keys.make(kept_interview, "2.sealed")
    assert keys.of(uuid4(), "1.sealed") is None
    assert keys.erase(kept_interview) == 2
    assert keys.erase(kept_interview) == 0
    assert keys.of(kept_interview, "1.sealed") is None


async def test_keys_go_with_their_interview(
    kept_interview: UUID, real_keys: PostgresKeys, postgres_url: str
) -> None:
    real_keys.make(kept_interview, "1.sealed")
    store = PostgresStore(postgres_url)
    await store.erase(kept_interview)
    await store.close()
    assert real_keys.of(kept_interview, "1.sealed") is None
