"""The bootstrap engine: resamples of patients, reproducible and the same for any workers."""

import numpy as np
import pytest

from helpers.estimate import resampling
from helpers.estimate.resampling import bootstrap, draw_block, draws, percentile_interval


def first_patient(counts: np.ndarray) -> np.ndarray:
    return counts[:, 0].astype(float)


def test_every_resample_holds_as_many_patients_as_the_sample() -> None:
    counts = draw_block(7, 40, [1, 2], 0)
    assert counts.shape == (40, 7)
    assert (counts.sum(axis=1) == 7).all()


def test_a_replicate_can_be_drawn_again_from_its_block() -> None:
    blocks = list(draws(5, 1200, [3]))
    assert [len(block) for block in blocks] == [512, 512, 176]
    assert (draw_block(5, 512, [3], 1) == blocks[1]).all()
    assert not (blocks[0] == blocks[1]).all()


def test_workers_change_nothing() -> None:
    alone = bootstrap(first_patient, 9, n_boot=3000, entropy=[20201130, 7])
    together = bootstrap(first_patient, 9, n_boot=3000, entropy=[20201130, 7], workers=3)
    assert alone.tolist() == together.tolist()
    assert alone.tolist() != bootstrap(first_patient, 9, n_boot=3000, entropy=[1, 7]).tolist()


def test_counts_are_multinomial() -> None:
    # a patient's count in a resample of 10 is binomial(10, 1/10): mean 1, variance 0.9
    counts = bootstrap(first_patient, 10, n_boot=20_000, entropy=[5])
    assert counts.mean() == pytest.approx(1, abs=0.03)
    assert counts.var() == pytest.approx(0.9, abs=0.05)


def test_limits_are_values_that_occur() -> None:
    # 1 … 1000: the smallest value with at least 2.5 % at or below it is 25, with 97.5 % it is 975
    interval = percentile_interval(np.arange(1, 1001, dtype=float), 0.95)
    assert (interval.lower, interval.upper) == (25, 975)
    assert interval.remarks() == []


def test_undefined_replicates_are_left_out_and_infinite_ones_kept() -> None:
    replicates = np.array([np.nan, 1, 2, 3, np.inf, np.inf])
    interval = percentile_interval(replicates, 0.5)
    assert (interval.lower, interval.upper) == (2, None)
    assert interval.remarks() == [
        "1 of 6 resamples undefined",
        "2 of 6 resamples without a reached median",
    ]


def test_no_defined_replicate_leaves_no_limits() -> None:
    interval = percentile_interval(np.full(4, np.nan), 0.95)
    assert (interval.lower, interval.upper, interval.n_undefined) == (None, None, 4)


def test_the_block_is_no_parameter_of_the_answer_by_accident() -> None:
    assert resampling.BLOCK == 512, "another block draws other resamples: say so in the changelog"
