"""Student's t distribution, as far as intervals of means, slopes and differences need it."""

from __future__ import annotations

from functools import lru_cache
from math import atanh, exp, isinf, lgamma, log, log1p, sqrt, tanh

import numpy as np
from numpy.typing import NDArray

from app.domain.agreement import Figure

Values = NDArray[np.float64]
Z95 = 1.959963984540054
_TINY = 1e-300
_STEPS = 300


@lru_cache(maxsize=512)
def t_quantile(share: float, freedom: float) -> float:
    """The value that this share of the distribution lies below; `freedom` may be a fraction."""
    if not 0.0 < share < 1.0 or not freedom > 0.0:
        raise ValueError("expected a share within 0..1 and more than 0 degrees of freedom")
    if share < 0.5:
        return -t_quantile(1.0 - share, freedom)
    low, high = 0.0, 1.0
    while _below(high, freedom) < share and not isinf(high):
        low, high = high, high * 2.0
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        if high - low < 1e-13 * high:
            break
        low, high = (middle, high) if _below(middle, freedom) < share else (low, middle)
    return (low + high) / 2.0


def mean_figure(values: Values, *, least: int, level: float = 0.95) -> Figure:
    """The mean with its interval; all None below `least` values, no interval below two."""
    n = len(values)
    if n < max(1, least):
        return Figure(None, None, None, n)
    mean = float(values.mean())
    if n < 2:
        return Figure(mean, None, None, n)
    half = t_quantile(0.5 + level / 2.0, n - 1) * float(values.std(ddof=1)) / sqrt(n)
    return Figure(mean, mean - half, mean + half, n)


def correlation_figure(first: Values, second: Values, *, least: int) -> Figure:
    """Pearson's r with the interval of Fisher's z; None where one of them never varies."""
    n = len(first)
    spread = float(first.std() * second.std()) if n else 0.0
    if n < max(4, least) or spread < 1e-12:
        return Figure(None, None, None, n)
    together = float(((first - first.mean()) * (second - second.mean())).mean())
    r = max(-1.0, min(1.0, together / spread))
    if abs(r) > 1.0 - 1e-12:
        return Figure(r, r, r, n)
    z, half = atanh(r), Z95 / sqrt(n - 3)
    return Figure(r, tanh(z - half), tanh(z + half), n)


def _below(value: float, freedom: float) -> float:
    """The share of the distribution below a value from 0 on."""
    x = freedom / (freedom + value * value)
    return 1.0 - 0.5 * _beta_share(x, freedom / 2.0, 0.5)


def _beta_share(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction."""
    if x <= 0.0 or x >= 1.0:
        return max(0.0, min(1.0, x))
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(1.0 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """Lentz's method."""
    c, d = 1.0, 1.0 / _kept(1.0 - (a + b) * x / (a + 1.0))
    value = d
    for m in range(1, _STEPS):
        for top in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 / _kept(1.0 + top * d)
            c = _kept(1.0 + top / c)
            value *= c * d
        if abs(c * d - 1.0) < 1e-15:
            break
    return value


def _kept(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
