"""Both files are what the registry's own schemas ask for, by real validators."""

from __future__ import annotations

import json
import re

import pytest

from helpers.export.registry.vocabulary import API_VERSION, INTERVAL_LEVELS, UPLOAD_SCHEMA_VERSION
from tests.export.exported import Exports
from tests.export.schemas import (
    POSTED_RECORD,
    UPLOAD,
    api_schema,
    api_version,
    check_json,
    check_xml,
    needs_schemas,
)

pytestmark = needs_schemas
FOLDERS = ["bare sample", "sample", "synthetic", "excel_1904", "p2_no_infusion", "both_small"]


@pytest.mark.parametrize("name", FOLDERS)
def test_the_json_file_is_a_study_of_the_public_api(name: str, exports: Exports) -> None:
    assert check_json(exports.named(name).content("ctgov_results.json")) == []


@pytest.mark.parametrize("name", FOLDERS)
def test_the_xml_file_is_an_upload(name: str, exports: Exports) -> None:
    assert check_xml(exports.named(name).content("ctgov_results.xml")) == []


def test_a_posted_record_passes_and_a_misspelled_one_does_not() -> None:
    record = json.loads(POSTED_RECORD.read_text(encoding="utf-8"))
    results = {"resultsSection": record["resultsSection"]}
    assert check_json(json.dumps(results).encode()) == []
    outcome = record["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"][0]
    outcome["timeframe"] = outcome.pop("timeFrame")
    outcome["paramType"] = "AVERAGE"
    assert len(check_json(json.dumps(results).encode())) == 2


def test_an_upload_with_a_field_out_of_order_does_not_pass(exports: Exports) -> None:
    content = exports.named("synthetic").content("ctgov_results.xml")
    assert check_xml(content.replace(b"<partAtRiskSeriousEvents>", b"<numDeaths>", 1)
                     .replace(b"</partAtRiskSeriousEvents>", b"</numDeaths>", 1))  # fmt: skip


@pytest.mark.parametrize("name", FOLDERS)
def test_every_reference_in_the_upload_names_a_group(name: str, exports: Exports) -> None:
    root = exports.named(name).xml  # a schema validator leaves this unchecked
    ids = [element.get("id") for element in root.iter("{*}*") if element.get("id")]
    references = {element.text for tag in ("reportingGroupId", "outcomeReportingGroupId")
                  for element in root.iter(tag)}  # fmt: skip
    assert len(ids) == len(set(ids))
    assert references and references <= set(ids)


def test_every_field_of_the_json_file_is_used_as_in_a_posted_record(exports: Exports) -> None:
    study = exports.named("synthetic").json["resultsSection"]
    posted = json.loads(POSTED_RECORD.read_text(encoding="utf-8"))["resultsSection"]
    for module in ("participantFlowModule", "baselineCharacteristicsModule"):
        assert set(posted[module]) <= set(study[module])
    ours = study["outcomeMeasuresModule"]["outcomeMeasures"][0]
    theirs = posted["outcomeMeasuresModule"]["outcomeMeasures"][0]
    assert set(theirs) - set(ours) == {"denoms"}  # numbers analysed are withheld there
    steps = study["participantFlowModule"]["periods"][0]["milestones"]
    named = {step["type"] for step in steps}
    assert named >= {"STARTED", "COMPLETED", "NOT COMPLETED"}


def test_the_export_says_which_schemas_it_follows(exports: Exports) -> None:
    exported = exports.named("synthetic")
    assert api_version() == API_VERSION
    found = re.search(r"Schema Version: (\S+)", UPLOAD.read_text(encoding="utf-8"))
    assert found and found[1] == UPLOAD_SCHEMA_VERSION
    for name in ("ctgov_results.xml", "todo.txt", "ctgov_trace.json"):
        assert UPLOAD_SCHEMA_VERSION in exported.content(name).decode()


def test_the_names_of_intervals_are_those_of_the_registry() -> None:
    listed = api_schema()["components"]["schemas"]["MeasureDispersionType"]["enum"]
    names = {f"CONFIDENCE_{level.replace('.', '')}" for level in INTERVAL_LEVELS}
    assert {name for name in listed if name.startswith("CONFIDENCE")} == {
        *names, "CONFIDENCE_OTHER",
    }  # fmt: skip
