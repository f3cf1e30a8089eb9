"""Hashes of passwords with argon2id: 64 MiB, 3 passes, 4 lanes (the second choice of RFC 9106)."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError


class Argon2idHasher:
    """Passwords to hashes; `memory_kib` and `passes` are smaller in tests alone."""

    def __init__(self, memory_kib: int = 65_536, passes: int = 3) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=4)
        self._nobodys = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """A new salted hash."""
        return self._hasher.hash(password)

    def verify(self, kept: str | None, password: str) -> bool:
        """Whether it is the password; without a hash it takes as long, and is False."""
        try:
            right = self._hasher.verify(kept or self._nobodys, password)
        except (Argon2Error, InvalidHashError):
            return False
        return right and kept is not None
