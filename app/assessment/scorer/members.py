"""The fitted members of the scorer, applied with plain numpy: a line, small networks, trees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.assessment.scorer.features import Table

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Line:
    """A linear model: one weight for each sign."""

    weights: Floats
    constant: float

    def predict(self, rows: Table) -> Floats:
        """One value a row."""
        return rows @ self.weights + self.constant


@dataclass(frozen=True)
class Network:
    """One hidden layer of rectified units."""

    hidden: Floats
    hidden_constant: Floats
    weights: Floats
    constant: float

    def predict(self, rows: Table) -> Floats:
        """One value a row."""
        units = np.maximum(rows @ self.hidden + self.hidden_constant, 0.0)
        return units @ self.weights + self.constant


@dataclass(frozen=True)
class Trees:
    """Boosted trees as flat lists of nodes; a leaf names itself as its left and right child."""

    roots: Places
    sign: Places
    threshold: Floats
    left: Places
    right: Places
    value: Floats
    constant: float
    depth: int

    def predict(self, rows: Table) -> Floats:
        """One value a row: the leaves' values of all trees, summed."""
        total = np.full(len(rows), self.constant)
        every = np.arange(len(rows))
        for root in self.roots:
            node = np.full(len(rows), root)
            for _ in range(self.depth):
                below = rows[every, self.sign[node]] <= self.threshold[node]
                node = np.where(below, self.left[node], self.right[node])
            total += self.value[node]
        return total


Member = Line | Network | Trees
