"""Round trip: every number of both files is found again in results.json, and the two agree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from helpers import study
from tests.export.exported import (
    NUMBER,
    Exported,
    Exports,
    Facts,
    facts_of_json,
    facts_of_xml,
)

FOLDERS = ["bare sample", "sample", "synthetic", "excel_1904", "p2_no_infusion", "both_small"]
ROW_NAMES = {"baseline": "name", "adverse_events": "term_key", "attendance": "occasion"}


@pytest.fixture(params=FOLDERS)
def exported(request: pytest.FixtureRequest, exports: Exports) -> Exported:
    return exports.named(request.param)


def find(results: dict[str, Any], place: str) -> Any:
    """Return what stands at a place of results.json; None where there is no such row."""
    kind, *names = place.split("/")
    if kind == "estimates":
        key, field = names
        return next(each for each in results["estimates"] if each["key"] == key)[field]
    table, part, row, *field = names
    rows = [each for each in results["tables"][table][part] if each[ROW_NAMES[table]] == row]
    return rows[0][field[0]] if rows and field else (rows[0] if rows else None)


def check_number(results: dict[str, Any], number: dict[str, Any]) -> None:
    """Compare one number, as it is written, with what it was made from."""
    text, sources = number["text"], number["sources"]
    if number["rule"] == "protocol":
        assert float(text) == getattr(study, sources[0])
        return
    values = [find(results, source) for source in sources]
    match number["rule"]:
        case "as is":
            assert float(text) == values[0]
        case "percent":
            assert float(text) == pytest.approx(100 * values[0], abs=1e-9)
        case "difference":
            assert float(text) == values[0] - values[1]
        case "absent":
            assert (text, values) == ("0", [None])
        case "p-value":
            small = text.startswith("<")
            assert values[0] < float(text[1:]) if small else values[0] == float(text)
        case rule:
            raise AssertionError(f"no such rule: {rule}")


def leaves(node: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield from leaves(value, f"{place}/{name}")
    elif isinstance(node, list):
        for i, value in enumerate(node):
            yield from leaves(value, f"{place}/{i}")
    else:
        yield place, node


def holds_number(text: str) -> bool:
    return NUMBER.fullmatch(text.strip()) is not None


def test_every_number_of_the_json_file_traces_to_results_json(exported: Exported) -> None:
    found = {place: str(value) for place, value in leaves(exported.json)
             if not isinstance(value, bool)}  # fmt: skip
    traced = {entry["field"]: entry for entry in exported.trace["fields"]["ctgov_results.json"]}
    numbers = {place for place, text in found.items() if holds_number(text)}
    assert len(numbers) > 20
    assert numbers <= set(traced)
    for place, entry in traced.items():
        check_entry(exported.results, entry, found[place])


def check_entry(results: dict[str, Any], entry: dict[str, Any], text: str) -> None:
    texts = [number["text"] for number in entry["numbers"]]
    assert entry.get("template", "{}").format(*texts) == text
    for number in entry["numbers"]:
        check_number(results, number)


def test_every_number_of_the_xml_file_traces_to_results_json(exported: Exported) -> None:
    root = exported.xml
    traced = {entry["field"]: entry for entry in exported.trace["fields"]["ctgov_results.xml"]}
    with_trace = {root.xpath(place)[0]: entry for place, entry in traced.items()}
    assert len(with_trace) == len(traced)
    for element in root.iter("{*}*"):
        if holds_number(element.text or ""):
            assert element in with_trace, f"{element.tag}: {element.text}"
    for element, entry in with_trace.items():
        check_entry(exported.results, entry, element.text)


def test_both_files_say_the_same(exported: Exported) -> None:
    in_json, in_xml = facts_of_json(exported.json), facts_of_xml(exported.xml)
    assert in_json == in_xml
    assert sum(holds_number(text) for text in in_json.values()) > 15


def test_what_is_not_told_in_the_results_is_in_neither_file(exported: Exported) -> None:
    traced = [
        source
        for entries in exported.trace["fields"].values()
        for entry in entries
        for number in entry["numbers"]
        for source in number["sources"]
        if number["rule"] not in ("protocol", "absent")
    ]
    assert all(find(exported.results, source) is not None for source in traced)


def test_estimates_are_written_as_the_release_rounds_them(exports: Exports) -> None:
    exported = exports.named("sample")
    facts = facts_of_json(exported.json)
    estimates = {each["key"]: each for each in exported.results["estimates"]}
    for place, part in (("000", "retrospective"), ("001", "prospective")):
        mean = estimates[f"{part}.short_term.nrs_reduction.mean"]
        for name, field in (("value", "estimate"), ("lowerLimit", "lower"),
                            ("upperLimit", "upper")):  # fmt: skip
            text = facts["outcome", "0", "", name, place]
            assert float(text) == mean[field]
            assert len(text.partition(".")[2]) <= 1  # points are told with one decimal


def test_no_count_of_participants_is_small(exported: Exported) -> None:
    facts = facts_of_json(exported.json)
    counts = {where: text for where, text in facts.items() if is_count(facts, where)}
    small = {where: text for where, text in counts.items()
             if holds_number(text) and 0 < int(text) < 5}  # fmt: skip
    assert len(counts) > 10
    assert small == {}


def is_count(facts: Facts, where: tuple[str, ...]) -> bool:
    """Return whether a fact counts participants or events."""
    if where[0] == "baseline" and where[-2] == "value":
        return facts[(*where[:2], "unit")] == "Participants"
    return where[0] in ("flow", "events") or where[-2] in ("n", "units", "all")
