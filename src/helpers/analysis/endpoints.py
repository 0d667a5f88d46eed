"""Further endpoints at the index infusion: one function each, and one line in the plan's table.

``docs/add_an_endpoint.md`` says how; the line in ``schema/plan.csv`` gives key, label and unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from helpers.analysis.scope import Scope
from helpers.cohort.analysis_sets import Cohort, pairs_of_scores
from helpers.estimate.proportions import wilson
from helpers.estimate.value import Value
from helpers.plan import read_plan
from helpers.results import Estimate
from helpers.study import MILD_NRS, THRESHOLD_TOLERANCE

# Takes the cohort and the confidence level; the value's n counts the patients analysed.
Endpoint = Callable[[Cohort, float], Value]
ENDPOINTS: Final[dict[str, Endpoint]] = {}


def endpoint(function: Endpoint) -> Endpoint:
    """Make a function known by its name, by which the plan's table calls it."""
    ENDPOINTS[function.__name__] = function
    return function


def estimate_endpoints(cohort: Cohort, scope: Scope) -> Iterator[Estimate]:
    """Yield every endpoint of the plan's table.

    Raises
    ------
    KeyError
        When the table names a function that is not here.
    """
    for planned in read_plan():
        if planned.is_endpoint:
            chapter, _, rest = planned.keys.partition(".")
            value = ENDPOINTS[planned.function](cohort, scope.level)
            yield scope.within(chapter).name(rest, planned.label, planned.unit, value)


@endpoint
def share_with_mild_pain(cohort: Cohort, level: float) -> Value:
    """Return the share whose pain after the infusion is no worse than mild, of those with both.

    Source: Moore, Straube and Aldington (2013).
    """
    _, after = pairs_of_scores(cohort.index)
    mild = int((after <= MILD_NRS + THRESHOLD_TOLERANCE).sum())
    return wilson(mild, len(after), level=level)
