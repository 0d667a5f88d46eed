"""Everything that is estimated of one part of the study, in the plan's order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from helpers.analysis.all_infusions import describe_hazards
from helpers.analysis.attendance import describe_attendance
from helpers.analysis.heaping import describe_heaping
from helpers.analysis.interval_censored import describe_npmle, relief_npmle
from helpers.analysis.long_term import curve_as_json, relief_curve
from helpers.analysis.remember import NO_MEMORY, Memory, digest_tables
from helpers.analysis.sensitivity import estimate_sensitivity
from helpers.analysis.short_term import describe_responder_curve
from helpers.analysis.stages import PartData, Stage, stages_of
from helpers.cohort.analysis_sets import Cohort, durations_of_relief
from helpers.results import Estimate, collect
from helpers.settings import Settings


@dataclass(frozen=True, slots=True)
class PartResults:
    """What one part gives to the results: estimates, curves by name, tables by name."""

    part: str
    estimates: tuple[Estimate, ...]
    curves: Mapping[str, Any]
    tables: Mapping[str, Any]


PART_TABLES: Final = ("responder_curve", "npmle", "heaping", "attendance", "hazards")


def analyse_part(cohort: Cohort, settings: Settings, memory: Memory = NO_MEMORY) -> PartResults:
    """Return every estimate, curve and table of one part; ``memory`` may know some stages."""
    data = PartData(cohort)
    digest = digest_cohort(cohort) if memory.keeps else ""

    def run(name: str, stage: Stage) -> tuple[Estimate, ...]:
        return memory.recall(
            f"{cohort.part} {name}", digest, settings, lambda watched: tuple(stage(data, watched))
        )

    estimates = [e for name, stage in stages_of(cohort.part).items() for e in run(name, stage)]
    estimates += estimate_sensitivity(
        cohort, data.infusions, collect(estimates), data.scope(settings), settings
    )
    return PartResults(
        cohort.part,
        tuple(estimates),
        _curves(data, settings),
        _tables(data, settings, collect(estimates)),
    )


def digest_cohort(cohort: Cohort) -> str:
    """Return a SHA-256 over all that the cohort of a part holds."""
    derived = {"": cohort.patients, " ": cohort.index, "  ": cohort.eligibility.answers}
    return digest_tables({**cohort.tables, **derived}, cohort.part, cohort.index_infusion)


def _curves(data: PartData, settings: Settings) -> dict[str, Any]:
    part = data.cohort.part
    curve = relief_curve(data.cohort, settings.ci_level)
    curves = {f"{part}.relief_days": curve_as_json(curve)}
    if data.infusions is not None:
        every = data.relief(settings).curve
        curves[f"{part}.all_infusions.relief_days"] = curve_as_json(every)
    return curves


def _tables(
    data: PartData, settings: Settings, estimates: Mapping[str, Estimate]
) -> dict[str, Any]:
    cohort, infusions = data.cohort, data.infusions
    known = durations_of_relief(cohort.index if infusions is None else infusions)
    return {
        "responder_curve": describe_responder_curve(cohort, settings.ci_level),
        "npmle": describe_npmle(relief_npmle(cohort)),
        "heaping": describe_heaping(known),
        "attendance": describe_attendance(cohort, infusions),
        "hazards": {} if infusions is None else describe_hazards(infusions, estimates),
    }
