"""Everything that is estimated of one part of the study, in the plan's order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from helpers.analysis.all_infusions import (
    describe_hazards,
    estimate_all_infusions,
    relief_of_all,
)
from helpers.analysis.attendance import describe_attendance
from helpers.analysis.endpoints import estimate_endpoints
from helpers.analysis.exposure import estimate_exposure
from helpers.analysis.flow import estimate_flow
from helpers.analysis.heaping import describe_heaping
from helpers.analysis.interval_censored import (
    describe_npmle,
    estimate_npmle,
    estimate_weibull,
    relief_npmle,
)
from helpers.analysis.long_term import (
    curve_as_json,
    estimate_relief_days,
    estimate_relief_pct,
    relief_curve,
)
from helpers.analysis.pain_relief import estimate_pain_relief
from helpers.analysis.repeated import estimate_course, estimate_icc, estimate_trajectory
from helpers.analysis.safety import estimate_dissociation, estimate_safety
from helpers.analysis.scope import Scope
from helpers.analysis.sensitivity import estimate_sensitivity
from helpers.analysis.short_term import describe_responder_curve, estimate_short_term
from helpers.analysis.who_responds import (
    estimate_models,
    estimate_predictors,
    estimate_responders,
)
from helpers.cohort.analysis_sets import Cohort, durations_of_relief
from helpers.cohort.infusions import derive_infusions
from helpers.estimate.kaplan_meier import Curve
from helpers.estimate.resampled import ClusteredCurve
from helpers.estimate.turnbull import Npmle
from helpers.results import Estimate, collect
from helpers.settings import Settings
from helpers.study import RETROSPECTIVE


@dataclass(frozen=True, slots=True)
class PartResults:
    """What one part gives to the results: estimates, curves by name, tables by name."""

    part: str
    estimates: tuple[Estimate, ...]
    curves: Mapping[str, Any]
    tables: Mapping[str, Any]


PART_TABLES: Final = ("responder_curve", "npmle", "heaping", "attendance", "hazards")


def analyse_part(cohort: Cohort, settings: Settings) -> PartResults:
    """Return every estimate, curve and table of one part."""
    scope = Scope(
        cohort.part, "", index_population(cohort), len(cohort.eligible), settings.ci_level
    )
    infusions = derive_infusions(cohort) if cohort.part == RETROSPECTIVE else None
    curve, npmle = relief_curve(cohort, settings.ci_level), relief_npmle(cohort)
    curves = {f"{cohort.part}.relief_days": curve_as_json(curve)}
    estimates = [
        *_estimate_index(cohort, scope, settings, curve, npmle),
        *estimate_safety(cohort, scope, settings),
        *_estimate_who_responds(cohort, scope, settings),
    ]
    if infusions is None:
        estimates += [*estimate_course(cohort, scope), estimate_dissociation(cohort, scope)]
    else:
        relief = relief_of_all(infusions, scope, settings)
        curves[f"{cohort.part}.all_infusions.relief_days"] = curve_as_json(relief.curve)
        estimates += _estimate_repeated(infusions, relief, scope, settings)
    estimates += estimate_sensitivity(cohort, infusions, collect(estimates), scope, settings)
    known = durations_of_relief(cohort.index if infusions is None else infusions)
    tables = {
        "responder_curve": describe_responder_curve(cohort, settings.ci_level),
        "npmle": describe_npmle(npmle),
        "heaping": describe_heaping(known),
        "attendance": describe_attendance(cohort, infusions),
        "hazards": {} if infusions is None else describe_hazards(infusions, collect(estimates)),
    }
    return PartResults(cohort.part, tuple(estimates), curves, tables)


def index_population(cohort: Cohort) -> str:
    """Return in words whom and which infusion an estimate at the index infusion is about."""
    if cohort.part == RETROSPECTIVE:
        return f"eligible patients, infusion {cohort.index_infusion}"
    return "eligible patients, study infusion"


def _estimate_index(
    cohort: Cohort, scope: Scope, settings: Settings, curve: Curve, npmle: Npmle
) -> Iterator[Estimate]:
    """Yield what is estimated at the index infusion."""
    yield from estimate_flow(cohort)
    yield from estimate_exposure(cohort, scope)
    yield from estimate_short_term(cohort, scope, settings)
    yield from estimate_relief_pct(cohort, scope)
    yield from estimate_relief_days(cohort, curve, scope, settings)
    yield from estimate_npmle(cohort, npmle, scope, settings)
    yield from estimate_weibull(cohort, scope)
    yield from estimate_pain_relief(cohort, scope, settings)
    yield from estimate_endpoints(cohort, scope)


def _estimate_repeated(
    infusions: pd.DataFrame, relief: ClusteredCurve, scope: Scope, settings: Settings
) -> Iterator[Estimate]:
    """Yield what is estimated over all infusions of Part 1."""
    yield from estimate_all_infusions(infusions, relief, scope, settings)
    yield from estimate_trajectory(infusions, scope)
    yield from estimate_icc(infusions, scope, settings)


def _estimate_who_responds(cohort: Cohort, scope: Scope, settings: Settings) -> Iterator[Estimate]:
    yield from estimate_responders(cohort, scope)
    yield from estimate_predictors(cohort, scope)
    yield from estimate_models(cohort, scope, settings)
