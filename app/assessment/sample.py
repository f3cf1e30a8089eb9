"""Which answers people mark without seeing the machine's level, so that agreement is honest."""

from __future__ import annotations

import hashlib

ONE_IN = 5


def is_sample(*names: object) -> bool:
    """Whether this answer is of the calibration sample: one in five, the same ones every time."""
    digest = hashlib.sha256("/".join(map(str, names)).encode()).digest()
    return digest[0] % ONE_IN == 0
