"""Exports of study folders for the tests, one run each, and both files read back as facts."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from helpers.cli import main
from tests.studies import SAMPLE

ROOT = Path(__file__).parents[2]
SYNTHETIC = ROOT / "data" / "synthetic"
REFERENCE = ROOT / "tests" / "data" / "reference"
NUMBER = re.compile(r"<?-?\d+(\.\d+)?")

# Every kind of estimate that an outcome may point at, and every way to point at none.
OUTCOMES = """
[[registered_outcome]]
type = "Primary"
title = "Reduction of pain"
time_frame = "40 minutes"
key = "short_term.nrs_reduction.mean"
[[registered_outcome]]
type = "secondary"
title = "Duration of relief"
time_frame = "12 weeks"
key = "long_term.relief_days.median"
[[registered_outcome]]
type = "secondary"
title = "Relief beyond four weeks"
time_frame = "4 weeks"
key = "long_term.relief_days.survival_28"
[[registered_outcome]]
type = "secondary"
title = "Mean duration, lower bound"
time_frame = "12 weeks"
key = "long_term.relief_days.rmst_84_lower_bound"
[[registered_outcome]]
type = "other_pre_specified"
title = "Pain over the visits, week 1"
time_frame = "1 week"
key = "prospective.course.nrs.week_1"
[[registered_outcome]]
type = "post-hoc"
title = "Dose and end of relief"
time_frame = "12 weeks"
key = "retrospective.all_infusions.dose.hazard_ratio"
[[registered_outcome]]
type = "Post Hoc"
title = "Events per infusion"
time_frame = "an infusion"
key = "safety.ae_per_infusion.rate"
[[registered_outcome]]
title = "No type and no time frame"
key = "safety.any_ae.proportion"
[[registered_outcome]]
type = "tertiary"
title = "Quality of life"
time_frame = "12 weeks"
key = "long_term.quality_of_life.mean"
[[registered_outcome]]
type = "secondary"
time_frame = "12 weeks"
"""


@dataclass(frozen=True)
class Exported:
    """The files of one export."""

    out: Path

    def content(self, name: str) -> bytes:
        return (self.out / name).read_bytes()

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.content("ctgov_results.json"))

    @property
    def xml(self) -> etree._Element:
        return etree.fromstring(self.content("ctgov_results.xml"))

    @property
    def trace(self) -> dict[str, Any]:
        return json.loads(self.content("ctgov_trace.json"))

    @property
    def results(self) -> dict[str, Any]:
        return json.loads(self.content("results.json"))

    @property
    def todo(self) -> str:
        return " ".join(self.content("todo.txt").decode().split())


class Exports:
    """Exports study folders, each with given parameters once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.of = cache(self._export)

    def named(self, name: str) -> Exported:
        """Return the export of a folder: the sample (with outcomes), the synthetic, a reference."""
        if name == "synthetic":
            return self.of(SYNTHETIC)
        return self.of(SAMPLE if name == "bare sample" else self.with_outcomes(name))

    def with_outcomes(self, name: str) -> Path:
        """Return a copy of a study folder that names registered outcomes."""
        folder = self.folder / f"{name}-data"
        if not folder.exists():
            source = SAMPLE if name == "sample" else REFERENCE / name
            shutil.copytree(source, folder)
            with (folder / "study.toml").open("a", encoding="utf-8") as stream:
                stream.write(OUTCOMES)
        return folder

    def _export(self, data: Path, *parameters: str) -> Exported:
        out = self.folder / f"{data.name}-{'-'.join(parameters)}"
        chosen = [word for each in ("n_boot=100", *parameters) for word in ("-P", each)]
        assert main(["export", "ctgov", str(data), "--out", str(out), *chosen]) == 0
        return Exported(out)


# read back: facts are texts by where they belong, in the words of neither file

Facts = dict[tuple[str, ...], str]
_MILESTONES = {"STARTED": "started", "COMPLETED": "completed"}


def _place(group: str) -> str:
    return group[-3:]


def facts_of_json(study: dict[str, Any]) -> Facts:
    """Return the facts of the JSON file."""
    results, facts = study["resultsSection"], {}
    flow = results["participantFlowModule"]
    facts["flow", "before"] = flow["preAssignmentDetails"]
    for step in flow["periods"][0]["milestones"]:
        name = _MILESTONES.get(step["type"], step["type"])
        for achieved in step["achievements"]:
            if name != "NOT COMPLETED" and "numSubjects" in achieved:
                facts["flow", name, _place(achieved["groupId"])] = achieved["numSubjects"]
    baseline = results["baselineCharacteristicsModule"]
    for count in baseline["denoms"][0]["counts"]:
        facts["baseline", "all", _place(count["groupId"])] = count["value"]
    for measure in baseline["measures"]:
        facts |= _measure_of_json(("baseline", measure["title"]), measure)
    for place, outcome in enumerate(results["outcomeMeasuresModule"]["outcomeMeasures"]):
        facts |= _outcome_of_json(("outcome", str(place)), outcome)
    return facts | _events_of_json(results["adverseEventsModule"])


def _measure_of_json(where: tuple[str, ...], measure: dict[str, Any]) -> Facts:
    facts: Facts = {(*where, "unit"): measure.get("unitOfMeasure", "")}
    for denom in measure.get("denoms", []):
        what = "n" if denom["units"] == "Participants" else "units"
        for count in denom["counts"]:
            facts[*where, what, _place(count["groupId"])] = count["value"]
    for category in measure.get("classes", [{"categories": []}])[0]["categories"]:
        for found in category["measurements"]:
            for name in ("value", "spread", "lowerLimit", "upperLimit", "comment"):
                if name in found:
                    key = (*where, category.get("title", ""), name, _place(found["groupId"]))
                    facts[key] = found[name]
    return facts


def _outcome_of_json(where: tuple[str, ...], outcome: dict[str, Any]) -> Facts:
    facts = _measure_of_json(where, outcome)
    facts[*where, "title"] = outcome.get("title", "")
    facts[*where, "time frame"] = outcome.get("timeFrame", "")
    facts[*where, "type"] = outcome.get("type", "").replace("_", " ").replace("-", " ").lower()
    facts[*where, "dispersion"] = outcome.get("dispersionType", "")
    facts[*where, "population"] = outcome.get("populationDescription", "")
    for number, analysis in enumerate(outcome.get("analyses", [])):
        for name in ("paramValue", "pValue", "ciPctValue", "ciLowerLimit", "ciUpperLimit",
                     "estimateComment", "pValueComment"):  # fmt: skip
            facts[*where, str(number), name] = analysis.get(name, "")
        facts[*where, str(number), "group"] = _place(analysis["groupIds"][0])
    return facts


def _events_of_json(events: dict[str, Any]) -> Facts:
    facts: Facts = {("events", "threshold"): events["frequencyThreshold"]}
    for group in events["eventGroups"]:
        for name in ("seriousNumAffected", "seriousNumAtRisk", "otherNumAffected",
                     "otherNumAtRisk"):  # fmt: skip
            facts["events", _place(group["id"]), name] = str(group.get(name, ""))
    for term in events["otherEvents"]:
        facts["events", term["term"], "organ system"] = term.get("organSystem", "")
        for stats in term["stats"]:
            for name in ("numEvents", "numAffected", "numAtRisk"):
                key = ("events", term["term"], _place(stats["groupId"]), name)
                facts[key] = str(stats.get(name, ""))
    return facts


def facts_of_xml(root: etree._Element) -> Facts:
    """Return the facts of the XML file."""
    flow, period = root.find("participantFlow"), root.find("participantFlow/periods/period")
    facts: Facts = {("flow", "before"): flow.findtext("preAssignmentDescription")}
    steps = [(step.findtext("titleOther"), step) for step in period.iter("milestone")]
    steps += [(name, period.find(f"{name}Milestone")) for name in ("started", "completed")]
    for name, step in steps:
        for achieved in step.iter("milestoneAchievement"):
            if achieved.find("subjectsAchieve") is not None:
                group = _place(achieved.findtext("reportingGroupId"))
                facts["flow", name, group] = achieved.findtext("subjectsAchieve")
    for group in root.iter("baselineReportingGroup"):
        if group.find("subjectsAnalyzed") is not None:
            facts["baseline", "all", _place(group.get("id"))] = group.findtext("subjectsAnalyzed")
    for measure in root.iter("baselineMeasure"):
        title = measure.findtext("otherTitle") or measure.findtext("title")
        facts |= _measure_of_xml(("baseline", title), measure)
    for place, outcome in enumerate(root.iter("outcomeMeasure")):
        facts |= _outcome_of_xml(("outcome", str(place)), outcome)
    return facts | _events_of_xml(root.find("reportedEvents"))


_CELL = {"parameterValue": "value", "dispersionSpread": "spread",
         "dispersionLowerLimit": "lowerLimit", "dispersionUpperLimit": "upperLimit",
         "naComment": "comment"}  # fmt: skip


def _measure_of_xml(where: tuple[str, ...], measure: etree._Element) -> Facts:
    facts: Facts = {(*where, "unit"): measure.findtext("unitOfMeasure", "")}
    for value in measure.iter("reportedValue"):
        group = _place(value.findtext("reportingGroupId"))
        for tag, what in (("subjectsAnalyzed", "n"), ("numUnitsAnalyzed", "units")):
            if value.find(tag) is not None:
                facts[*where, what, group] = value.findtext(tag)
        for entry in value.iter("reportedEntry"):
            for tag, name in _CELL.items():
                if entry.find(tag) is not None:
                    key = (*where, entry.findtext("catName", ""), name, group)
                    facts[key] = entry.findtext(tag)
    return facts


def _outcome_of_xml(where: tuple[str, ...], outcome: etree._Element) -> Facts:
    facts = _measure_of_xml(where, outcome)
    facts[*where, "title"] = outcome.findtext("title", "")
    facts[*where, "time frame"] = outcome.findtext("timeFrame", "")
    facts[*where, "type"] = outcome.findtext("measureType").replace("-", " ").lower()
    facts[*where, "dispersion"] = outcome.findtext("dispersionType", "")
    facts[*where, "population"] = outcome.findtext("populationAnalysisDescription", "")
    for number, analysis in enumerate(outcome.iter("measureAnalysis")):
        for tag, name in (("parameterValue", "paramValue"), ("pValue", "pValue"),
                          ("ciPctValue", "ciPctValue"), ("ciLowerLimit", "ciLowerLimit"),
                          ("ciUpperLimit", "ciUpperLimit"), ("estimateComment", "estimateComment"),
                          ("pValueComment", "pValueComment")):  # fmt: skip
            facts[*where, str(number), name] = analysis.findtext(tag, "")
        group = analysis.findtext("outcomeReportingGroups/outcomeReportingGroupId")
        facts[*where, str(number), "group"] = _place(group)
    return facts


def _events_of_xml(events: etree._Element) -> Facts:
    facts: Facts = {("events", "threshold"): events.findtext("frequencyReportingThreshold")}
    for group in events.iter("interventionGroup"):
        for tag, name in (("numSubjectsSeriousEvents", "seriousNumAffected"),
                          ("partAtRiskSeriousEvents", "seriousNumAtRisk"),
                          ("numSubjectsFrequentEvents", "otherNumAffected"),
                          ("partAtRiskFrequentEvents", "otherNumAtRisk")):  # fmt: skip
            facts["events", _place(group.get("id")), name] = group.findtext(tag, "")
    for term in events.iter("frequentEvent"):
        name = term.findtext("term")
        facts["events", name, "organ system"] = term.findtext("organSystemName", "")
        for stats in term.iter("eventStats"):
            group = _place(stats.findtext("reportingGroupId"))
            for tag, what in (("numEvents", "numEvents"), ("numSubjectsAffected", "numAffected"),
                              ("numSubjects", "numAtRisk")):  # fmt: skip
                facts["events", name, group, what] = stats.findtext(tag, "")
    return facts
