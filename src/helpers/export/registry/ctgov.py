"""The export for ClinicalTrials.gov: results as JSON and as XML, and what is left to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from helpers.analysis.study import analyse
from helpers.cohort.read import Progress, silent
from helpers.errors import CallError
from helpers.export.registry import todo
from helpers.export.registry.adverse_events import describe_events
from helpers.export.registry.baseline import describe_baseline
from helpers.export.registry.groups import describe_groups
from helpers.export.registry.json_file import describe_json
from helpers.export.registry.json_tree import write_out
from helpers.export.registry.limitations import describe_limitations
from helpers.export.registry.outcomes import describe_outcomes
from helpers.export.registry.participant_flow import describe_flow
from helpers.export.registry.record import Record
from helpers.export.registry.told import Number, Told
from helpers.export.registry.vocabulary import API_VERSION, UPLOAD_SCHEMA_VERSION
from helpers.export.registry.xml_file import describe_xml
from helpers.mixed import refuse_mixed
from helpers.results import Results
from helpers.settings import RELEASE
from helpers.write import output_files, write_files

JSON_FILE: Final = "ctgov_results.json"
XML_FILE: Final = "ctgov_results.xml"
TRACE_FILE: Final = "ctgov_trace.json"
TODO_FILE: Final = "todo.txt"
_ABOUT: Final = (
    "Where each number of the two files comes from. `field`: its place, as a JSON pointer or an "
    "XPath from the root. `numbers`: each as it is written, with its places in results.json and "
    "the rule between the two; where there is a `template`, the field is a text that holds them."
)


@dataclass(frozen=True, slots=True)
class Export:
    """What was written, and the list of what the data cannot give."""

    paths: tuple[Path, ...]
    todo: str


def export_ctgov(
    data: Path, out: Path, parameters: Mapping[str, Any], progress: Progress = silent
) -> Export:
    """Write the registry results of a study folder, from the results of a release.

    Parameters
    ----------
    data
        The study folder.
    out
        The folder for the files; all are written, or none.
    parameters
        Report parameters by name; the profile is always that of a release.
    progress
        Is told what is being done.

    Raises
    ------
    CallError
        When another profile is asked for.
    InputError
        When the data or study.toml cannot be used, or an internal run lies in the folder.
    """
    profile = parameters.get("profile", RELEASE)
    if profile != RELEASE:
        raise CallError(
            f"parameters: profile must be {RELEASE} in an export, which leaves the clinic; got "
            f"'{profile}'. Leave it out."
        )
    analysis = analyse(data, dict(parameters) | {"profile": RELEASE}, progress)
    refuse_mixed(analysis.settings, out)
    files = output_files(analysis, data, out) | export_files(analysis.results)
    written = write_files(files, out)
    return Export(tuple(written), files[TODO_FILE].decode())


def export_files(results: Results) -> dict[str, bytes]:
    """Return the files of the export by name, from the results of a release."""
    record, items = describe_record(results)
    in_json: dict[str, Told] = {}
    study = write_out(describe_json(record), in_json)
    tree = describe_xml(record, todo.describe_source(results.provenance))
    trace = _trace(results, {JSON_FILE: in_json, XML_FILE: tree.numbers()})
    return {
        JSON_FILE: _json(study),
        XML_FILE: tree.to_bytes(),
        TRACE_FILE: _json(trace),
        TODO_FILE: todo.render_todo(items, results.provenance).encode(),
    }


def describe_record(results: Results) -> tuple[Record, list[todo.Item]]:
    """Return the results as the registry holds them, and what is left to do."""
    groups = describe_groups(results)
    flow, of_flow = describe_flow(results, groups)
    baseline, of_baseline = describe_baseline(results, groups)
    outcomes, of_outcomes = describe_outcomes(results, groups)
    events, of_events = describe_events(results, groups)
    synthetic = bool(results.provenance["synthetic"])
    limitations = describe_limitations([group.part for group in groups], synthetic=synthetic)
    record = Record(flow, baseline, outcomes, events, limitations)
    made_up = [todo.MADE_UP] if synthetic else []
    return record, [*made_up, *todo.STANDING, *of_flow, *of_baseline, *of_outcomes, *of_events]


def _trace(results: Results, told: Mapping[str, Mapping[str, Told]]) -> dict[str, Any]:
    return {
        "about": _ABOUT,
        "schemas": {JSON_FILE: f"public API {API_VERSION}",
                    XML_FILE: f"RRSUploadSchema {UPLOAD_SCHEMA_VERSION}"},
        "provenance": dict(results.provenance),
        "fields": {name: [_entry(place, field) for place, field in fields.items()]
                   for name, fields in told.items()},
    }  # fmt: skip


def _entry(place: str, field: Told) -> dict[str, Any]:
    if isinstance(field, Number):
        return {"field": place, "numbers": [asdict(field)]}
    numbers = [asdict(number) for number in field.numbers]
    return {"field": place, "template": field.template, "numbers": numbers}


def _json(content: Any) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()
