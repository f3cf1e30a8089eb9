"""How measurements are summed up: medians and quantiles, never a bare mean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def spread(values: Sequence[float]) -> dict[str, float | int | None]:
    """Median and 90th percentile with the number of values; None where nothing was measured."""
    if not values:
        return {"median": None, "p90": None, "n": 0}
    median, p90 = np.quantile(np.asarray(values, dtype=np.float64), (0.5, 0.9))
    return {"median": round(float(median), 3), "p90": round(float(p90), 3), "n": len(values)}
