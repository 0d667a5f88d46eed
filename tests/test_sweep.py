"""Parameters swept pairwise and at their edges: everything shows, no word against a number.

The kernel and pandoc are left out, so that a run takes seconds; ``test_report`` and
``test_formats`` render in full.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import Any

import pytest

from helpers.settings import PARAMETERS
from tests.report_text import ReportText, run_report
from tests.studies import SAMPLE

# The default, and the edges that are allowed.
VALUES: Mapping[str, tuple[Any, ...]] = {
    "part": ("both", "retrospective", "prospective"),
    "ci_level": (0.95, 0.501, 0.999),
    "index_infusion": (4, 1, 7, 40),
    "responder_threshold": (30, 0.5, 99.5),
    "horizon_days": (84, 1, 3650),
    "profile": ("internal", "release"),
    "min_cell": (None, 20),
    "title": (None, "A title with *stars*, $ and <b>"),
    "seed": (20201130, 0),
    "n_boot": (100, 101),
}
Run = dict[str, Any]


def is_allowed(run: Mapping[str, Any]) -> bool:
    return run.get("profile") != "internal" or run.get("min_cell") is None


def pairs_of(run: Mapping[str, Any]) -> set[tuple[tuple[str, Any], ...]]:
    return set(itertools.combinations(sorted(run.items(), key=lambda item: item[0]), 2))


def pairwise() -> list[Run]:
    """Return runs in which every pair of values of two parameters occurs (greedily few)."""
    wanted = {
        pair
        for one, other in itertools.combinations(sorted(VALUES), 2)
        for first, second in itertools.product(VALUES[one], VALUES[other])
        if is_allowed(dict(pair := ((one, first), (other, second))))
    }
    runs: list[Run] = []
    while wanted:
        run = dict(min(wanted, key=repr))
        for name, values in VALUES.items():
            if name in run:
                continue
            possible = [value for value in values if is_allowed(run | {name: value})]
            run[name] = max(possible, key=lambda value: len(pairs_of(run | {name: value}) & wanted))
        runs.append(run)
        wanted -= pairs_of(run)
    return runs


RUNS = pairwise()


def test_every_parameter_is_swept() -> None:
    assert set(VALUES) == set(PARAMETERS)


@pytest.mark.parametrize("run", RUNS, ids=range(len(RUNS)))
def test_the_report_shows_whatever_the_parameters(run: Run) -> None:
    report = run_report(SAMPLE, **run)
    assert_words_follow_numbers(report)
    for name in ("nan", "inf", "None", "NaN", "Estimate("):
        assert not re.search(rf"(?<![\w-]){re.escape(name)}(?!\w)", told(report)), name


def told(report: ReportText) -> str:
    """Return the text without the table that names files, packages and parameters."""
    return report.text.partition("# Provenance")[0].replace("\u00a0", " ").replace("−", "-")


_NUMBER = r"(-?\d+(?:\.\d+)?)"
_DIRECTION = re.compile(
    r"[Mm]ean\s+pain\s+(fell|rose|did not clearly change|could not be compared)[^*]*?"
    r"mean\s+reduction\s+of\s+([^;.]*(?:\.\d[^;.]*)*)"
)


def assert_words_follow_numbers(report: ReportText) -> None:
    """Check the words of direction, percentages and intervals against the numbers beside them."""
    text = told(report)
    for verb, numbers in _DIRECTION.findall(text):
        interval = re.search(rf"% CI {_NUMBER} to {_NUMBER}\)", numbers)
        if interval is None:
            assert verb == "could not be compared", numbers
            continue
        lower, upper = float(interval[1]), float(interval[2])
        assert {"fell": lower >= 0, "rose": upper <= 0, "did not clearly change":
                lower <= 0 <= upper}[verb], numbers  # fmt: skip
    for count, total, percent in re.findall(r"(\d+) of (\d+) \((\d+)%", text):
        assert int(count) <= int(total)
        assert abs(100 * int(count) / int(total) - int(percent)) <= 0.5 + 1e-9
    for middle, lower, upper in re.findall(
        rf"{_NUMBER}(?:%| [a-z/]+(?: of complete relief)?)? \((?:[\d.]+% CI )?"
        rf"{_NUMBER} to {_NUMBER}\)",
        text,
    ):
        # Numbers are rounded one by one: an interval may touch its estimate.
        assert float(lower) - 0.051 <= float(middle) <= float(upper) + 0.051, (middle, lower, upper)


def test_the_check_of_words_finds_a_word_against_its_number() -> None:
    wrong = (
        "mean pain fell; it was followed by a mean reduction of 1 points (95% CI -1 to 3).",
        "12 of 20 (61%, 95% CI 40 to 70)",
        "the mean was 5 points (95% CI 6 to 7)",
    )
    for text in wrong:
        with pytest.raises(AssertionError):
            assert_words_follow_numbers(ReportText(text, {}))


def test_figures_and_tables_are_there_by_default() -> None:
    report = run_report(SAMPLE, n_boot=100)
    assert len(report.figures) > 15
