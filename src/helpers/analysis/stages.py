"""What is estimated of one part, stage by stage in the plan's order.

A stage sees the cohort and the settings and nothing that was made of other settings: so what it
reads of them is all that its estimates depend on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final

import pandas as pd

from helpers.analysis.all_infusions import estimate_all_infusions, relief_of_all
from helpers.analysis.endpoints import estimate_endpoints
from helpers.analysis.exposure import estimate_exposure
from helpers.analysis.flow import estimate_flow
from helpers.analysis.imputed import estimate_imputed
from helpers.analysis.interval_censored import estimate_npmle, estimate_weibull, relief_npmle
from helpers.analysis.long_term import estimate_relief_days, estimate_relief_pct, relief_curve
from helpers.analysis.pain_relief import estimate_pain_relief
from helpers.analysis.repeated import estimate_course, estimate_icc, estimate_trajectory
from helpers.analysis.safety import estimate_dissociation, estimate_safety
from helpers.analysis.scope import Scope
from helpers.analysis.short_term import estimate_short_term
from helpers.analysis.who_responds import (
    estimate_models,
    estimate_predictors,
    estimate_responders,
)
from helpers.cohort.analysis_sets import Cohort
from helpers.cohort.infusions import derive_infusions
from helpers.estimate.resampled import ClusteredCurve
from helpers.results import Estimate
from helpers.settings import Settings
from helpers.study import PROSPECTIVE, RETROSPECTIVE


@dataclass(frozen=True)
class PartData:
    """The data of one part: its cohort and, of Part 1, every infusion."""

    cohort: Cohort

    @cached_property
    def infusions(self) -> pd.DataFrame | None:
        """Every infusion of the eligible patients; None for Part 2."""
        return derive_infusions(self.cohort) if self.cohort.part == RETROSPECTIVE else None

    @cached_property
    def every_infusion(self) -> pd.DataFrame:
        """Every infusion of Part 1; raises LookupError for Part 2, which has one."""
        if self.infusions is None:
            raise LookupError(self.cohort.part)
        return self.infusions

    def scope(self, settings: Settings) -> Scope:
        """Return what the estimates of the part have in common."""
        cohort = self.cohort
        population = index_population(cohort)
        return Scope(cohort.part, "", population, len(cohort.eligible), settings.ci_level)

    def relief(self, settings: Settings) -> ClusteredCurve:
        """Return the duration of relief after all infusions of Part 1."""
        return relief_of_all(self.every_infusion, self.scope(settings), settings)


Stage = Callable[[PartData, Settings], Iterable[Estimate]]


def index_population(cohort: Cohort) -> str:
    """Return in words whom and which infusion an estimate at the index infusion is about."""
    if cohort.part == RETROSPECTIVE:
        return f"eligible patients, infusion {cohort.index_infusion}"
    return "eligible patients, study infusion"


_OF_BOTH: Final[Mapping[str, Stage]] = MappingProxyType(
    {
        "flow": lambda data, s: estimate_flow(data.cohort),
        "exposure": lambda data, s: estimate_exposure(data.cohort, data.scope(s)),
        "short term": lambda data, s: estimate_short_term(data.cohort, data.scope(s), s),
        "relief percentage": lambda data, s: estimate_relief_pct(data.cohort, data.scope(s)),
        "relief days": lambda data, s: estimate_relief_days(
            data.cohort, relief_curve(data.cohort, s.ci_level), data.scope(s), s
        ),
        "npmle": lambda data, s: estimate_npmle(
            data.cohort, relief_npmle(data.cohort), data.scope(s), s
        ),
        "weibull": lambda data, s: estimate_weibull(data.cohort, data.scope(s)),
        "pain relief": lambda data, s: estimate_pain_relief(data.cohort, data.scope(s), s),
        "endpoints": lambda data, s: estimate_endpoints(data.cohort, data.scope(s)),
        "safety": lambda data, s: estimate_safety(data.cohort, data.scope(s), s),
        "responders": lambda data, s: estimate_responders(data.cohort, data.scope(s)),
        "predictors": lambda data, s: estimate_predictors(data.cohort, data.scope(s)),
        "models": lambda data, s: estimate_models(data.cohort, data.scope(s), s),
    }
)
_OF_ONE: Final[Mapping[str, Mapping[str, Stage]]] = MappingProxyType(
    {
        RETROSPECTIVE: {
            "all infusions": lambda data, s: estimate_all_infusions(
                data.every_infusion, data.relief(s), data.scope(s), s
            ),
            "trajectory": lambda data, s: estimate_trajectory(data.every_infusion, data.scope(s)),
            "icc": lambda data, s: estimate_icc(data.every_infusion, data.scope(s), s),
        },
        PROSPECTIVE: {
            "course": lambda data, s: estimate_course(data.cohort, data.scope(s)),
            "dissociation": lambda data, s: (estimate_dissociation(data.cohort, data.scope(s)),),
        },
    }
)
_IMPUTED: Final[Mapping[str, Stage]] = MappingProxyType(
    {
        "imputed": lambda data, s: estimate_imputed(
            data.cohort, data.scope(s).within("sensitivity"), s
        )
    }
)


def stages_of(part: str) -> dict[str, Stage]:
    """Return the stages of a part by name, in the order of their estimates."""
    return {**_OF_BOTH, **_OF_ONE[part], **_IMPUTED}
