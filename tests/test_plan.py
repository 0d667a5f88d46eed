"""The plan's table: a line for every key, a key for every line, and a function behind each."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path

import pytest

from helpers.analysis.endpoints import ENDPOINTS
from helpers.analysis.study import analyse
from helpers.plan import Planned, find_planned, list_endpoints, read_plan
from tests.studies import DATA, SAMPLE
from tests.test_plan_keys import plan_keys

SYNTHETIC = Path(__file__).parents[1] / "data" / "synthetic"
OTHER = {"n_boot": "100", "horizon_days": "60", "responder_threshold": "33.3"}
PLAN = [pytest.param(planned, id=planned.keys) for planned in read_plan()]


@cache
def all_keys() -> frozenset[str]:
    """Return the keys of several results without their part."""
    return frozenset(
        key.partition(".")[2]
        for folder in (SAMPLE, SYNTHETIC, DATA / "reference" / "redcap_messy")
        for key in analyse(folder, OTHER).results.estimates
    )


def test_every_key_has_one_line() -> None:
    for key in all_keys() | {key.partition(".")[2] for key in plan_keys()}:
        assert [planned.keys for planned in read_plan() if planned.covers(key)] == [
            find_planned(key).keys
        ], key


@pytest.mark.parametrize("planned", PLAN)
def test_every_line_has_a_key(planned: Planned) -> None:
    assert any(planned.covers(key) for key in all_keys())


@pytest.mark.parametrize("planned", PLAN)
def test_every_line_says_what_it_means_and_where_it_is_defined(planned: Planned) -> None:
    assert planned.meaning.endswith(".")
    assert planned.reference
    assert planned.in_r
    module = importlib.import_module(f"helpers.{planned.module[:-3].replace('/', '.')}")
    assert callable(getattr(module, planned.function))


def test_every_endpoint_has_its_function_and_a_table_of_the_report() -> None:
    named = [planned for planned in read_plan() if planned.is_endpoint]
    assert {planned.function for planned in named} == set(ENDPOINTS)
    shown = [key for chapter in ("exposure", "short_term", "long_term")
             for key in list_endpoints(chapter)]  # fmt: skip
    assert sorted(shown) == sorted(planned.keys for planned in named)
    assert {planned.module for planned in named} == {"analysis/endpoints.py"}
    assert all(planned.unit for planned in named)


def test_placeholders_of_days_are_numbers_and_others_words() -> None:
    planned = find_planned("safety.ae.itchy_nose.proportion")
    assert planned.keys == "safety.ae.<term>.proportion"
    assert not planned.covers("safety.ae.two.terms.proportion")
    with pytest.raises(KeyError, match="no entry"):
        find_planned("long_term.relief_days.survival_x")
