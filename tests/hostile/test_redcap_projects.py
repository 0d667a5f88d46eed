"""REDCap exports of other projects: arms, groups, surveys, boxes, labels, scripts, dictionaries."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.tried import Tried, both, confirm, holds, ids, queried, refused, survived
from tests.studies import REDCAP_COLUMNS, SAMPLE, record, save_redcap

TITLE = "REDCap exports and dictionaries of other projects"
Make = Callable[[Path], Path]
Table = list[dict[str, str]]
Change = Callable[[Table], Table]


def export(change: Change, rows: Sequence[Mapping[str, str]] | None = None) -> Make:
    """Return what saves an export after a change of its rows (and so of its columns)."""

    def make(folder: Path) -> Path:
        save_redcap(rows or record(("post_40min", {"nrs": "4"})), folder)
        _rewrite(folder / "redcap_records.csv", change)
        return folder

    return make


def dictionary(change: Change, **how: Any) -> Make:
    """Return what saves an export with a changed dictionary."""

    def make(folder: Path) -> Path:
        save_redcap(record(("post_40min", {"nrs": "4"}), **how), folder)
        _rewrite(folder / "redcap_dictionary.csv", change)
        return folder

    return make


def dictionary_bytes(change: Callable[[bytes], bytes]) -> Make:
    sample = (SAMPLE / "redcap_dictionary.csv").read_bytes()
    rows = record(("post_40min", {"nrs": "4"}))
    return lambda folder: save_redcap(rows, folder, dictionary=change(sample))


def _rewrite(path: Path, change: Change) -> None:
    rows = change(list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))))
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(stream.getvalue(), encoding="utf-8")


def add(**columns: str) -> Change:
    return lambda rows: [row | columns for row in rows]


def put(column: str, old: str, new: str) -> Change:
    """Replace a value of a column wherever it stands."""

    def change(rows: Table) -> Table:
        assert any(row[column] == old for row in rows)
        return [row | ({column: new} if row[column] == old else {}) for row in rows]

    return change


def rename(old: str, new: str) -> Change:
    return lambda rows: [{new if k == old else k: v for k, v in row.items()} for row in rows]


def drop(*columns: str) -> Change:
    return lambda rows: [{k: v for k, v in row.items() if k not in columns} for row in rows]


def field(name: str, **values: str) -> Change:
    """Change the dictionary's row of a field."""

    def change(rows: Table) -> Table:
        found = [row for row in rows if row[NAME] == name]
        assert found
        return [row | (values if row[NAME] == name else {}) for row in rows]

    return change


def appended(**values: str) -> Change:
    return lambda rows: [*rows, dict.fromkeys(rows[0], "") | values]


NAME, TYPE = "Variable / Field Name", "Field Type"
CHOICES = "Choices, Calculations, OR Slider Labels"
VALIDATION = "Text Validation Type OR Show Slider Number"
MINIMUM, MAXIMUM = "Text Validation Min", "Text Validation Max"
EVENT, REPEAT = "redcap_event_name", "redcap_repeat_instrument"

scores = holds("pain_ratings", "nrs", 8, 4)
weights = holds("patients", "weight_kg", 70)


def letters(folder: Path) -> Path:
    """Give the checkbox two further choices with letter codes, one of them checked."""
    save_redcap(record(("post_40min", {"nrs": "4"}), comorbid___1="1"), folder)
    _rewrite(folder / "redcap_records.csv", lambda rows: [
        row | {"comorbid___a": "1", "comorbid____b": "0"} if row[EVENT] == "baseline_arm_1"
        else row | {"comorbid___a": "", "comorbid____b": ""} for row in rows])  # fmt: skip
    _rewrite(folder / "redcap_dictionary.csv", lambda rows: [
        row | ({CHOICES: row[CHOICES] + " | A, Gout | -B, No"} if row[NAME] == "comorbid" else {})
        for row in rows])  # fmt: skip
    return folder


def comma_decimal(folder: Path) -> Path:
    rows = record(("post_40min", {"nrs": "4"}), weight_kg="70,5")
    save_redcap(rows, folder, delimiter=";")
    _rewrite(folder / "redcap_dictionary.csv",
             field("weight_kg", **{VALIDATION: "number_comma_decimal"}))  # fmt: skip
    return folder


def without(name: str) -> Make:
    def make(folder: Path) -> Path:
        (save_redcap(record(), folder) / name).unlink()
        return folder

    return make


EXPORTS: Sequence[Tried] = (
    refused("another arm throughout",
            export(lambda rows: [row | {EVENT: row[EVENT].replace("_arm_1", "_arm_2")}
                                 for row in rows]),
            "row 2, redcap_event_name: .*study's own arm"),
    refused("records of a second arm among the others",
            export(lambda rows: [*rows, rows[0] | {"record_id": "9", EVENT: "baseline_arm_2"}]),
            "row 5, redcap_event_name"),
    refused("event that the study does not have",
            export(put(EVENT, "post_40min_arm_1", "unscheduled_arm_1")),
            "row 4, redcap_event_name: expected one of"),
    refused("form that repeats in another project",
            export(lambda rows: [*rows, rows[1] | {REPEAT: "medication"}]),
            "redcap_repeat_instrument: expected nothing, or 'adverse_event'"),
    queried("column of data access groups", export(add(redcap_data_access_group="site_a")),
            "extra_column", both(scores, weights)),
    queried("columns of surveys: identifier and times",
            export(add(redcap_survey_identifier="", baseline_timestamp="2022-03-01 10:00:00")),
            "extra_column", both(scores, weights)),
    queried("forms that the study does not know",
            export(add(diary_1="3", diary_complete="2")), "extra_column", both(scores, weights)),
    refused("another name of the id", export(rename("record_id", "participant_id")),
            "missing column record_id.*another id name"),
    refused("project without events", export(drop(EVENT, REPEAT, "redcap_repeat_instance")),
            "missing column redcap_event_name, .*without events"),
    refused("project without a repeating form", export(drop(REPEAT, "redcap_repeat_instance")),
            "missing column redcap_repeat_instrument, redcap_repeat_instance"),
    refused("project without the field of pain", export(drop("nrs")), "missing field nrs"),
    survived("checkbox with letters and a minus in its codes", letters,
             holds("patients", "comorbidities", 2)),
    queried("checkbox of another form with letters",
            export(add(symptoms___a="1", symptoms___b="0")), "extra_column", scores),
    queried("checkbox exported as words", export(put("comorbid___1", "0", "Unchecked")),
            "invalid_choice", both(scores, weights)),
    refused("labels instead of names", export(lambda rows: [
        {key.replace("_", " ").title(): value for key, value in row.items()} for row in rows]),
        "A label export"),
    refused("names with the labels of events", export(put(EVENT, "baseline_arm_1", "Baseline")),
            "redcap_event_name: .*Export raw data"),
    queried("labels instead of codes", export(put("sex", "1", "Female")), "invalid_choice",
            lambda data: data.tables["patients"]["sex"].isna().all()),
    queried("decimal comma where the dictionary has a point",
            export(put("weight_kg", "70", "70,5")), "invalid_value",
            lambda data: data.tables["patients"]["weight_kg"].isna().all()),
    survived("decimal comma that the dictionary states", comma_decimal,
             holds("patients", "weight_kg", 70.5)),
    queried("value with its unit", export(put("weight_kg", "70", "70 kg")), "invalid_value",
            lambda data: data.tables["patients"]["weight_kg"].isna().all()),
    queried("dates as day/month/year", export(put("inf_date", "2022-03-01", "01/03/2022")),
            "invalid_value", lambda data: data.tables["infusions"]["date"].isna().all()),
    queried("missing-data codes of another project", export(put("age", "50", "NASK")),
            "invalid_value", lambda data: data.tables["patients"]["age"].isna().all()),
    queried("digits of another script", export(put("age", "50", "٥٠")), "invalid_value",
            lambda data: data.tables["patients"]["age"].isna().all()),
    survived("records named in Arabic and Chinese",
             export(lambda rows: rows, [*record(name="مريض ١"), *record(name="患者二")]),
             holds("patients", "patient", "مريض ١", "患者二")),
    queried("terms in other scripts",
            export(lambda rows: rows, record(("ae", {"ae_term": "头晕", "ae_serious": "0"}))),
            "event_uncoded", holds("adverse_events", "term", "头晕")),
    refused("headers in Chinese", export(rename("nrs", "疼痛")), "missing field nrs"),
    survived("records 1 and 001 are two",
             export(lambda rows: rows, [*record(name="1"), *record(name="001")]),
             holds("patients", "patient", "1", "001")),
    queried("records a and A are one",
            export(lambda rows: rows, [*record(name="a"), *record(name="A", age="60")]),
            "duplicate_conflict duplicate_identical orphan", holds("patients", "patient")),
    survived("columns in another order",
             export(lambda rows: [dict(reversed(row.items())) for row in rows]), scores),
    survived("rows in another order", export(lambda rows: rows[::-1]),
             both(weights, lambda data: sorted(data.tables["pain_ratings"]["nrs"]) == [4, 8])),
    survived("empty rows", export(lambda rows: [row for full in rows for row in (
        full, dict.fromkeys(full, ""))]), scores),
    queried("row without a record",
            export(lambda rows: [*rows, rows[2] | {"record_id": ""}]), "key_missing", scores),
    refused("total row under the export",
            export(lambda rows: [*rows, dict.fromkeys(rows[0], "") | {"record_id": "Total"}]),
            "row 5, redcap_event_name: expected one of"),
)  # fmt: skip

DICTIONARIES: Sequence[Tried] = (
    refused("no dictionary", without("redcap_dictionary.csv"),
            "redcap_dictionary.csv is not; export the data dictionary"),
    survived("dictionary with six further columns, 24 in all",
             dictionary(add(**{f"Further {n}": "x" for n in range(6)})), scores),
    survived("dictionary with its columns in another order",
             dictionary(lambda rows: [dict(reversed(row.items())) for row in rows]), scores),
    survived("dictionary with its fields in another order",
             dictionary(lambda rows: rows[::-1]), scores),
    survived("dictionary with empty rows",
             dictionary(lambda rows: [rows[0], dict.fromkeys(rows[0], ""), *rows[1:]]), scores),
    survived("dictionary with fields of other forms",
             dictionary(appended(**{NAME: "diary_1", TYPE: "slider"})), scores),
    survived("dictionary with semicolons", dictionary_bytes(
        lambda content: _with_semicolons(content)), scores),
    survived("dictionary in UTF-8 with its mark, and Windows line ends",
             dictionary_bytes(lambda content: b"\xef\xbb\xbf"
                              + content.replace(b"\n", b"\r\n")), scores),
    survived("limits that are no numbers (today, another field)",
             dictionary(field("nrs", **{MINIMUM: "[age]", MAXIMUM: "today"})), scores),
    survived("limits with a decimal comma",
             dictionary(field("nrs", **{MINIMUM: "0,0", MAXIMUM: "10,0"})), scores),
    survived("choices with mark-up", dictionary(field("sex", **{
        CHOICES: "1, <b>Female</b> | 2, <font color=red>Male</font>"})),
        holds("patients", "sex", "female")),
    survived("choices in another language than the study's two",
             dictionary(field("sex", **{CHOICES: "1, 女 | 2, 男"})),
             holds("patients", "sex", "female")),
    refused("choices that are known only in part",
            dictionary(field("sex", **{CHOICES: "1, 女 | 2, Male"})), "cannot tell what"),
    refused("field twice in the dictionary",
            dictionary(appended(**{NAME: "nrs", TYPE: "text"})), "'nrs' is there twice"),
    refused("dictionary without a field of the study",
            dictionary(lambda rows: [row for row in rows if row[NAME] != "nrs"]),
            "missing field nrs"),
    refused("checkbox with other codes throughout",
            dictionary(field("comorbid", **{CHOICES: "a, IBS | b, Migraine"})),
            "missing field comorbid___1"),
    refused("dictionary with headers in another language",
            dictionary(rename(NAME, "Nom de la variable")),
            "not a REDCap data dictionary: missing column 'Variable / Field Name'"),
    refused("export in place of the dictionary",
            dictionary_bytes(lambda _: ",".join(REDCAP_COLUMNS).encode()),
            "not a REDCap data dictionary"),
)  # fmt: skip
CASES = (*EXPORTS, *DICTIONARIES)


def _with_semicolons(content: bytes) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=";").writerows(csv.reader(io.StringIO(content.decode())))
    return stream.getvalue().encode()


@pytest.mark.parametrize("tried", CASES, ids=ids(CASES))
def test_other_projects(tried: Tried, tmp_path: Path) -> None:
    confirm(tried, tmp_path / "study")
