"""Intervals: Wilson for rates, percentile bootstrap with a fixed seed for everything else.

docs/evals.md gives each formula with its source.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Z95 = 1.959963984540054
SEED = 20261122  # fixed: the same scores always give the same interval
RESAMPLES = 2000  # the interval's ends move by less than .002 beyond this on our set sizes


class Estimate(NamedTuple):
    """A mean with its 95% interval. ``bound`` is set when nothing, or everything, was counted."""

    value: float
    n: int
    low: float
    high: float
    bound: float | None = None


class Difference(NamedTuple):
    """Mean of the paired differences (second minus first) with its 95% interval."""

    value: float
    n: int
    low: float
    high: float


def wilson(successes: float, n: int) -> tuple[float, float]:
    """Wilson's 95% score interval of a rate (Wilson 1927)."""
    if n <= 0:
        raise ValueError("an interval needs at least one case")
    p = successes / n
    centre = (p + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 / (1 + Z95**2 / n) * math.sqrt(p * (1 - p) / n + Z95**2 / (4 * n**2))
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return low, high


def zero_bound(n: int) -> float:
    """The rate that ``n`` cases without one event still allow, at 95%: about ``3 / n``.

    Exact form of the rule of three (Hanley and Lippman-Hand 1983): ``1 - 0.05 ** (1 / n)``.
    """
    if n <= 0:
        raise ValueError("a bound needs at least one case")
    return 1.0 - math.exp(math.log(0.05) / n)


def rate(values: Sequence[float]) -> Estimate:
    """Share of ones among zeros and ones."""
    successes, n = sum(values), len(values)
    low, high = wilson(successes, n)
    bound = zero_bound(n) if successes in (0, n) else None
    return Estimate(successes / n, n, low, high, bound)


def mean(values: Sequence[float]) -> Estimate:
    """A mean with its bootstrap interval.

    When every value is 0 or every value is 1 a bootstrap has nothing to vary and would claim
    certainty; the interval of a rate is stated instead.
    """
    if set(values) in ({0.0}, {1.0}):
        return rate(values)
    return bootstrap(values)


def bootstrap(values: Sequence[float]) -> Estimate:
    """A mean of numbers on any scale, with its bootstrap interval."""
    data = np.asarray(values, dtype=np.float64)
    low, high = _percentiles(_resampled(data))
    return Estimate(float(data.mean()), len(values), low, high)


def percentile_95(values: Sequence[float]) -> Estimate:
    """The value that 95 of 100 stay under, with its bootstrap interval."""
    data = np.asarray(values, dtype=np.float64)
    generator = np.random.default_rng(SEED)
    drawn = data[generator.integers(0, len(data), (RESAMPLES, len(data)))]
    low, high = _percentiles(np.percentile(drawn, 95, axis=1))
    return Estimate(float(np.percentile(data, 95)), len(values), low, high)


def paired_difference(first: Sequence[float], second: Sequence[float]) -> Difference:
    """How much ``second`` is above ``first``, case by case."""
    if len(first) != len(second) or not first:
        raise ValueError("pairs need two lists of one length, with at least one case")
    data = np.asarray(second, dtype=np.float64) - np.asarray(first, dtype=np.float64)
    low, high = _percentiles(_resampled(data))
    return Difference(float(data.mean()), len(first), low, high)


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """The chance that a positive scores above a negative, ties counting half (Hanley 1982)."""
    if not positives or not negatives:
        raise ValueError("AUROC needs cases of both kinds")
    above = np.subtract.outer(np.asarray(positives), np.asarray(negatives))
    return float((above > 0).mean() + 0.5 * (above == 0).mean())


def auroc_estimate(positives: Sequence[float], negatives: Sequence[float]) -> Estimate:
    """AUROC with a bootstrap interval that resamples both kinds apart."""
    value = auroc(positives, negatives)
    generator = np.random.default_rng(SEED)
    up, down = np.asarray(positives), np.asarray(negatives)
    drawn = np.empty(RESAMPLES // 4)
    for number in range(len(drawn)):
        drawn[number] = auroc(
            generator.choice(up, len(up)).tolist(), generator.choice(down, len(down)).tolist()
        )
    low, high = _percentiles(drawn)
    return Estimate(value, len(positives) + len(negatives), low, high)


def _resampled(data: NDArray[np.float64]) -> NDArray[np.float64]:
    generator = np.random.default_rng(SEED)
    return np.asarray(
        data[generator.integers(0, len(data), (RESAMPLES, len(data)))].mean(axis=1),
        dtype=np.float64,
    )


def _percentiles(drawn: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)


Estimator = Callable[[Sequence[float]], Estimate]
