"""Names of truths: a scenario, and with ``@`` what of it is varied (``stated@reduction=1``)."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from helpers.errors import CallError
from helpers.settings import nearest
from helpers.simulation.scenarios import SCENARIOS, STATED, Scenario

REDUCTION, MEDIAN_DAYS = "reduction", "median_days"
LARGEST = {REDUCTION: 5.0, MEDIAN_DAYS: 365.0}
"""Points and days; five points more would leave many scores below 0."""


def find_scenario(name: str) -> Scenario:
    """Return the scenario that a name stands for.

    Args:
        name: of a scenario, with ``@reduction=POINTS`` and ``@median_days=DAYS`` where varied.

    Raises:
        CallError: when there is no such scenario or variation.
    """
    base, *varied = name.split("@")
    if base not in SCENARIOS:
        raise CallError(f"truth '{name}': no such truth; {nearest(base, SCENARIOS)}.")
    scenario = SCENARIOS[base]
    for text in varied:
        what, _, number = text.partition("=")
        if what not in LARGEST:
            raise CallError(f"truth '{name}': unknown variation; {nearest(what, LARGEST)}.")
        scenario = vary(scenario, what, parse_number(number, what))
    return scenario


def parse_number(text: str, what: str) -> float:
    """Return a reduction (points, ≥ 0) or a median (days, > 0) from text.

    Raises:
        CallError: when it is none.
    """
    number = float(text) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else math.nan
    if not (0 if what == REDUCTION else 0.5) <= number <= LARGEST[what]:
        least = "0" if what == REDUCTION else "0.5"
        unit = "points" if what == REDUCTION else "days"
        raise CallError(
            f"{what} '{text}': expected a number of {unit} from {least} to {LARGEST[what]:g}."
        )
    return number


def vary(scenario: Scenario, what: str, number: float) -> Scenario:
    """Return a scenario with another reduction by the drug, or another median of relief.

    A reduction scales the drug's whole effect on pain, its spread and its slope over the dose
    included, so that 0 points is no effect at all.

    Args:
        scenario: one whose drug does something.
        what: ``reduction`` or ``median_days``.
        number: points among infusions with relief, or days among them.

    Raises:
        CallError: when the scenario has no effect to vary, or it is varied already.
    """
    if f"@{what}=" in scenario.name:
        raise CallError(f"truth '{scenario.name}': {what} is given twice; give it once.")
    if SCENARIOS[scenario.name.partition("@")[0]].does_nothing:
        raise CallError(
            f"truth '{scenario.name}': the drug does nothing there, so {what} cannot vary; vary "
            "'stated' or 'no_regression'."
        )
    stated, truth = STATED.truth, scenario.truth
    if what == MEDIAN_DAYS:
        varied = replace(truth, relief_median_days=number)
        words = f"a median of {number:g} days given relief"
    else:
        scale = number / stated.reduction_mean
        varied = replace(
            truth,
            reduction_mean=number,
            reduction_between_sd=scale * stated.reduction_between_sd,
            reduction_within_sd=scale * stated.reduction_within_sd,
            reduction_per_mg_per_kg=scale * stated.reduction_per_mg_per_kg,
        )
        words = f"a reduction of {number:g} points by the drug"
    name = f"{scenario.name}@{what}={number:g}"
    return replace(scenario, name=name, words=f"{scenario.words}; {words}", truth=varied)
