import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.estimate.intraclass import icc, icc_replicates
from helpers.estimate.resampling import draw_block

from .reference import close, rows
from .test_mixed_model import DATA, TOLERANCE

ZERO = "ok, between-patient variance estimated as 0"


@pytest.mark.parametrize(
    "row", rows("intraclass_expected.csv"), ids=lambda row: f"{row['set']}-{row['program']}"
)
def test_agrees_with_r(row: dict) -> None:
    data = DATA[row["set"]]
    value = icc(data["y"], data["patient"])
    rel = 3 * TOLERANCE[row["program"]]
    assert value.estimate == close(row["icc"], rel=rel, absolute=rel)
    for name in ("variance_between", "variance_residual"):
        assert value.extra[name] == close(row[name], rel=rel, absolute=rel), name
    assert (value.n, value.extra["n_patients"]) == (row["n"], len(set(data["patient"])))


def test_by_hand() -> None:
    # Patients 1 3, 4 6, 10 12: means 2 5 11, variance 21; within: 2 each. between = 21 − 2/2 = 20.
    value = icc([1, 3, 4, 6, 10, 12], [1, 1, 2, 2, 3, 3])
    assert value.extra["variance_residual"] == pytest.approx(2, rel=1e-10)
    assert value.extra["variance_between"] == pytest.approx(20, rel=1e-10)
    assert value.estimate == pytest.approx(20 / 22, rel=1e-10)
    assert (value.status, value.lower, value.upper) == ("ok", None, None)


def test_patients_alike() -> None:
    # Means 4 and 4: nothing between, and the residual variance is that of all scores: 8/3.
    value = icc([3, 5, 5, 3, 3, 5], [1, 1, 2, 2, 3, 3])
    assert (value.estimate, value.status) == (0, ZERO)
    assert value.extra["variance_residual"] == pytest.approx(6 / 5)


@pytest.mark.parametrize(
    ("y", "patient", "status"),
    [
        ([], [], "not enough data: 0 of at least 2 patients"),
        ([4], [1], "not enough data: 1 of at least 2 patients"),
        ([4, 6, 5], [1, 1, 1], "not enough data: 1 of at least 2 patients"),
        ([4, 6, 5], [1, 2, 3],
         "not estimable: too few observations per patient for a residual variance"),
        ([4, 4, 4], [1, 1, 2], "not estimable: all values equal"),
        ([4, 4, 6, 6], [1, 1, 2, 2], "not estimable: residual variance 0"),
        ([0.3, 0.1 + 0.2, 6, 6], [1, 1, 2, 2], "not estimable: residual variance 0"),
    ],
)  # fmt: skip
def test_no_number_without_a_reason(y, patient, status) -> None:
    value = icc(y, patient)
    assert (value.estimate, value.status, value.n) == (None, status, len(y))
    assert value.extra["variance_between"] is value.extra["variance_residual"] is None
    numbered = np.unique(patient, return_inverse=True)[1]
    patients = len(set(patient))
    if patients:
        replicates = icc_replicates(y, numbered, np.ones((3, patients), dtype=np.int64))
        assert np.isnan(replicates).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100_000))
def test_each_replicate_is_the_icc_of_the_patients_drawn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    m = int(rng.integers(2, 7))
    patient = rng.integers(0, m, int(rng.integers(3, 20)))  # some may have no observation
    y = rng.integers(0, 6, patient.size) + rng.choice([0.0, 3.0]) * patient
    counts = draw_block(m, 12, [seed], 0)
    for row, replicate in zip(counts, icc_replicates(y, patient, counts), strict=True):
        drawn = np.repeat(np.arange(m), row)
        rows_of = [np.flatnonzero(patient == who) for who in drawn]
        owner = np.repeat(np.arange(drawn.size), [len(found) for found in rows_of])
        expected = icc(y[np.concatenate(rows_of)], owner)
        if expected.estimate is None:
            assert np.isnan(replicate), expected.status
        else:
            assert replicate == pytest.approx(expected.estimate, abs=1e-9)


def test_a_planted_correlation_is_recovered() -> None:
    rng = np.random.default_rng(20201130)
    patient = np.repeat(np.arange(2000), rng.integers(1, 7, 2000))
    y = 7 + 1.5 * rng.normal(size=2000)[patient] + rng.normal(size=patient.size)
    assert icc(y, patient).estimate == pytest.approx(2.25 / 3.25, abs=0.03)
