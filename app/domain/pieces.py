"""A text as an embedder reads it: its pieces in order, each with the vector that it has there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Pieces:
    """Where each piece begins and ends in the text, and its vector in this context, a row each.

    A piece is a word or a part of one. Those beyond an embedder's longest text are missing.
    """

    begins: NDArray[np.int64]
    ends: NDArray[np.int64]
    vectors: NDArray[np.float32]
