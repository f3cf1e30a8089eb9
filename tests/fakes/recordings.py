"""Kept audio in memory."""

from __future__ import annotations

from uuid import UUID

from app.ports.errors import StoreUnavailable
from app.ports.recordings import Shredded

_BYTES_PER_SECOND = 32_000


class FakeRecordingWriter:
    """A stretch in memory; `room` bytes fit before the disk is "full"."""

    def __init__(self, file: str, kept: bytearray, room: int | None) -> None:
        self._file = file
        self._kept = kept
        self._room = room
        self._closed = False

    @property
    def file(self) -> str:
        return self._file

    def append(self, pcm: bytes) -> None:
        if self._closed:
            raise StoreUnavailable("this recording is closed")
        if self._room is not None and len(self._kept) + len(pcm) > self._room:
            raise StoreUnavailable("the disk is full: free some space to keep recording")
        self._kept += pcm

    def close(self) -> float:
        self._closed = True
        return len(self._kept) / _BYTES_PER_SECOND


def _place(seconds: float) -> int:
    return max(0, round(seconds * _BYTES_PER_SECOND / 2)) * 2


class FakeRecordings:
    """All stretches in memory."""

    def __init__(self, room: int | None = None) -> None:
        self._stretches: dict[UUID, dict[str, bytearray]] = {}
        self._room = room

    def open(self, interview_id: UUID) -> FakeRecordingWriter:
        stretches = self._stretches.setdefault(interview_id, {})
        file = f"{len(stretches) + 1}.pcm"
        stretches[file] = bytearray()
        return FakeRecordingWriter(file, stretches[file], self._room)

    def read(
        self, interview_id: UUID, file: str, from_s: float = 0.0, to_s: float | None = None
    ) -> bytes:
        pcm = self._whole(interview_id, file)
        return pcm[_place(from_s) : len(pcm) if to_s is None else _place(to_s)]

    def seconds(self, interview_id: UUID, file: str) -> float:
        return len(self._whole(interview_id, file)) / _BYTES_PER_SECOND

    def _whole(self, interview_id: UUID, file: str) -> bytes:
        try:
            pcm = bytes(self._stretches[interview_id][file])
        except KeyError:
            error = StoreUnavailable("no such recording")
            error.retryable = False
            raise error from None
        return pcm[: len(pcm) - len(pcm) % 2]

    def remove(self, interview_id: UUID, file: str) -> None:
        self._stretches.get(interview_id, {}).pop(file, None)

    def erase(self, interview_id: UUID) -> Shredded:
        gone = self._stretches.pop(interview_id, {})
        return Shredded(len(gone), len(gone))
