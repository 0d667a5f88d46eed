"""Operating characteristics: one row per truth, size and key, as ``simulation.json`` holds them."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import metadata, resources
from typing import Any, Final

from helpers.provenance import code_version
from helpers.simulation.call import Call
from helpers.simulation.checkpoints import identity_of
from helpers.simulation.keys import KEYS, Key
from helpers.simulation.run import Totals
from helpers.simulation.scenarios import Scenario
from helpers.simulation.tally import Figure, Tally, bias, empirical_se, rate
from helpers.simulation.truths import Truths
from helpers.simulation.variations import find_scenario

SCHEMA_VERSION: Final = "1.0"
FALSE_POSITIVES: Final = "false positives"
REGRESSION: Final = "regression to the mean"
POWER: Final = "power"
PACKAGES: Final = ("numpy", "scipy", "joblib")


def describe(call: Call, truths: Mapping[str, Truths], totals: Totals) -> dict[str, Any]:
    """Return the object of ``simulation.json``, checked against its schema.

    Nothing in it depends on when, where or how fast it was computed.

    Args:
        call: the grid.
        truths: by scenario.
        totals: by scenario and size.
    """
    content = {
        "schema_version": SCHEMA_VERSION,
        "provenance": _provenance(call),
        "truths": [_describe_truth(find_scenario(name)) for name in call.truths],
        "rows": list(_rows(truths, totals)),
    }
    import jsonschema

    jsonschema.validate(content, read_schema())
    return content


@cache
def read_schema() -> dict[str, Any]:
    """Return the JSON schema of ``simulation.json``, which ships with the package."""
    text = resources.files("helpers").joinpath("schema/simulation.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _provenance(call: Call) -> dict[str, Any]:
    return {
        "code_version": code_version(),
        **identity_of(call),
        "replicates": call.replicates,
        "sizes": list(call.sizes),
        "truths": list(call.truths),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
    }


def _describe_truth(scenario: Scenario) -> dict[str, Any]:
    return {
        "name": scenario.name,
        "words": scenario.words,
        "reduction_points": scenario.truth.reduction_mean,
        "median_days_given_relief": scenario.truth.relief_median_days,
        "regression_nrs": None if scenario.selected_above else scenario.truth.regression_nrs,
        "rejections_are": meaning_of_rejections(scenario),
    }


def meaning_of_rejections(scenario: Scenario) -> str:
    """Say what it is when a test of no change rejects.

    Args:
        scenario: where the mean change is 0, a rejection is a false positive; where the drug does
            nothing and scores fall all the same, it is no error of the test, and no effect either.
    """
    if scenario.changes_nothing:
        return FALSE_POSITIVES
    return REGRESSION if scenario.does_nothing else POWER


def _rows(truths: Mapping[str, Truths], totals: Totals) -> Iterator[dict[str, Any]]:
    for (name, n), tallies in totals.items():
        scenario = find_scenario(name)
        for key in KEYS:
            yield _row(scenario, n, key, tallies[key.key], truths[name])


def _row(scenario: Scenario, n: int, key: Key, found: Tally, truths: Truths) -> dict[str, Any]:
    error = truths.errors.get(key.truth)
    rejections = rate(found.rejecting, found.tested) if key.tested else None
    return {
        "truth_name": scenario.name,
        "n": n,
        "key": key.key,
        "label": key.label,
        "method": key.method,
        "unit": key.unit,
        "replicates": found.studies,
        "truth": found.truth_sum / found.estimated if found.estimated else None,
        "truth_from": "closed form" if error is None else "large sample",
        "truth_error": error,
        **_figure("bias", bias(found)),
        **_figure("empirical_se", empirical_se(found)),
        **_figure("coverage", rate(found.covering, found.intervals)),
        "mean_width": found.width_sum / found.bounded if found.bounded else None,
        **_figure("rejections", rejections),
        "rejections_are": meaning_of_rejections(scenario) if key.tested else None,
        "without_estimate": found.studies - found.estimated,
        "without_interval": found.studies - found.intervals,
        "with_one_limit": found.intervals - found.bounded,
    }


def _figure(name: str, figure: Figure | None) -> dict[str, float | None]:
    value, error = (None, None) if figure is None else (figure.value, figure.error)
    return {name: value, f"{name}_mcse": error}
