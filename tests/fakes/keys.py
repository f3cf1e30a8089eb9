"""Keys of recordings in memory."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID


class FakeKeys:
    """A `Keys` that tells its keys by `kept`; each is another one."""

    def __init__(self) -> None:
        self.kept: dict[tuple[UUID, str], bytes] = {}
        self._made = 0

    def make(self, interview_id: UUID, file: str) -> bytes:
        self._made += 1
        key = sha256(f"{interview_id} {file} {self._made}".encode()).digest()
        self.kept[interview_id, file] = key
        return key

    def of(self, interview_id: UUID, file: str) -> bytes | None:
        return self.kept.get((interview_id, file))

    def erase(self, interview_id: UUID, file: str | None = None) -> int:
        gone = [n for n in self.kept if n[0] == interview_id and file in (None, n[1])]
        for name in gone:
            del self.kept[name]
        return len(gone)
