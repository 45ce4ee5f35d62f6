"""Intervals against values worked out elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.stats import auroc, auroc_estimate, mean, paired_difference, rate, wilson, zero_bound


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_matches_the_values_newcombe_published(successes, n, low, high):
    found = wilson(successes, n)
    assert found == pytest.approx((low, high), abs=5e-5)


def test_no_failure_in_sixty_leaves_five_percent():
    assert zero_bound(60) == pytest.approx(0.0487, abs=1e-4)
    assert zero_bound(300) == pytest.approx(0.00994, abs=1e-4)


def test_a_rate_without_failures_states_its_bound():
    assert rate([0.0] * 60).bound == pytest.approx(zero_bound(60))
    assert rate([1.0] * 60).bound == pytest.approx(zero_bound(60))
    assert rate([0.0, 1.0]).bound is None


def test_the_bootstrap_is_the_same_every_time_and_near_the_normal_interval():
    values = np.random.default_rng(1).normal(5, 2, 400).tolist()
    first, second = mean(values), mean(values)
    assert first == second
    half = 1.96 * np.std(values) / 20
    assert first.low == pytest.approx(first.value - half, abs=0.05)
    assert first.high == pytest.approx(first.value + half, abs=0.05)


def test_a_perfect_mean_does_not_claim_certainty():
    assert mean([1.0] * 30).low < 0.9
    assert mean([0.0] * 30).high > 0.1


def test_pairs_take_out_what_both_runs_share():
    first = [0.0, 1.0] * 50
    second = [v + 0.1 for v in first]
    difference = paired_difference(first, second)
    assert difference.value == pytest.approx(0.1)
    assert difference.low == pytest.approx(0.1)
    assert difference.n == 100


@pytest.mark.parametrize(("first", "second"), [([], []), ([1.0], [1.0, 0.0])])
def test_pairs_must_be_pairs(first, second):
    with pytest.raises(ValueError, match="pairs"):
        paired_difference(first, second)


def test_auroc_counts_ties_as_half():
    assert auroc([1.0], [0.0]) == 1.0
    assert auroc([0.0], [1.0]) == 0.0
    assert auroc([1.0, 0.5], [0.5, 0.0]) == pytest.approx(0.875)
    estimate = auroc_estimate([0.9, 0.8, 0.4], [0.5, 0.2])
    assert estimate.low <= estimate.value <= estimate.high
    with pytest.raises(ValueError, match="both kinds"):
        auroc([1.0], [])


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_always_holds_its_rate(pair):
    successes, n = pair
    low, high = wilson(successes, n)
    assert 0.0 <= low <= successes / n <= high <= 1.0


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=40))
def test_a_bootstrap_interval_always_holds_its_mean_or_is_a_rate(values):
    estimate = mean(values)
    assert estimate.low - 1e-9 <= estimate.value <= estimate.high + 1e-9 or len(values) < 5
