"""The page on growth: what it says follows from what was measured; two tiny studies for real."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks import scale
from benchmarks.scale import Cost, Size, as_markdown, exponents, main


def size(patients: int, processor: float, gib: float = 1.0) -> Size:
    cost = Cost(processor, processor, int(gib * 2**30))
    return Size(patients, 10 * patients, cost, cost)


def test_linear_growth_has_the_exponent_1_and_quadratic_2() -> None:
    sizes = [size(10, 1), size(100, 10), size(1000, 1000)]
    assert exponents(sizes) == pytest.approx([1, 2])


def test_the_page_says_what_is_met_and_by_how_much_it_is_missed() -> None:
    met = as_markdown([size(1000, 10), size(10_000, 50)], {"numpy": "2"}, "scale.svg")
    assert "| 10,000 | 100,000 | 50 | 50 | 50 | 0.50 | 0.70 | 1.00 |" in met
    assert "below the target of 4 GiB" in met
    assert "0.70 (near-linear)" in met
    missed = as_markdown([size(1000, 10), size(10_000, 1000, 5)], {"numpy": "2"}, "scale.svg")
    assert "1.00 GiB above the target" in missed
    assert "2.00 (above 1.15: not near-linear)" in missed


def test_two_studies_are_measured(tmp_path: Path) -> None:
    main(["--out", str(tmp_path / "scale.md"), "--sizes", "20", "30"])
    page = (tmp_path / "scale.md").read_text(encoding="utf-8")
    assert "| 30 |" in page
    assert (tmp_path / "scale.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_a_study_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(scale.subprocess.CalledProcessError):
        scale.run_study("analyse", str(tmp_path / "none"), "--out", str(tmp_path))
