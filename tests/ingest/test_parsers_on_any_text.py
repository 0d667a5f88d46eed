"""Every parser answers every text with a value or a code of the closed list, and never raises."""

from __future__ import annotations

import datetime as dt
import importlib
import inspect
import math
import pkgutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import helpers.ingest
from helpers.errors import InputError, StudyError
from helpers.ingest import dates, duration, numbers, redcap_dictionary
from helpers.ingest.codes import CODES
from helpers.ingest.csv_file import read_csv
from helpers.ingest.events import code_event, synonym_index
from helpers.ingest.layout import SHEETS, find_columns, find_sheets
from helpers.ingest.queries import QueryLog
from helpers.ingest.reading import Reading
from helpers.ingest.redcap_dictionary import FieldSpec, box_names, read_dictionary
from helpers.ingest.relief import Dates, check_duration, contradiction, resolve_duration
from helpers.ingest.text import (
    clean_text,
    comparable_text,
    format_number,
    normalise_header,
    normalise_text,
)
from helpers.ingest.workbook import Sheet, read_workbook
from helpers.settings import check_parameters, parse_assignments, read_study_toml
from helpers.study import STUDY_FILE
from tests.fuzzing.values import TEXTS

EXAMPLES = settings(derandomize=True, max_examples=150, deadline=None, database=None)
FEW = settings(derandomize=True, max_examples=40, deadline=None, database=None)

_WORDS = (
    "1", "2", "10", "1.5", "½", "half a", "a", "few", "couple of", "between", "and", "to", "-",
    "about", "~", ">", "<=", "at least", "up to", "+", "week", "days", "mo", "h", "min", "m", "kg",
    "lb", "mg", "/", "mg/kg", "%", ":", "30", "/10", "/100", "until next infusion", "ongoing",
    "none", "2021", "-03-", "Mar", "31", " ", "\u00a0", "０", "５", "٣", "²", "\u202e", "9" * 40,
)  # fmt: skip
# Anything, anything that was ever typed wrongly, and the contract's own words in any order.
TEXT = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=40),
    st.sampled_from(TEXTS),
    st.lists(st.sampled_from(_WORDS), max_size=7).map("".join),
    st.lists(st.sampled_from(_WORDS), max_size=7).map(" ".join),
)
DATE = st.none() | st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1))

Parser = Callable[[str], Reading]
PARSERS: Mapping[str, tuple[Parser, float, float]] = {
    "parse_number": (lambda text: numbers.parse_number(text, 0, 110), 0, 110),
    "parse_whole_number": (lambda text: numbers.parse_whole_number(text, 0, 27), 0, 27),
    "parse_yes_no": (numbers.parse_yes_no, 0, 1),
    "parse_depression": (numbers.parse_depression, 0, 1),
    "parse_choice": (lambda text: numbers.parse_choice(text, ("mild", "none")), 0, 0),
    "parse_sex": (numbers.parse_sex, 0, 0),
    "parse_weight": (numbers.parse_weight, 30, 250),
    "parse_dose": (lambda text: numbers.total_dose(numbers.parse_dose(text), 70.0), 5, 1000),
    "parse_hours": (numbers.parse_hours, 0.25, 24),
    "parse_nrs": (numbers.parse_nrs, 0, 10),
    "parse_percent": (numbers.parse_percent, 0, 100),
    "parse_comorbidities": (numbers.parse_comorbidities, 0, math.inf),
    "parse_date": (lambda text: dates.parse_date(text, "dmy", dt.date(2024, 6, 30)), 0, 0),
    "parse_duration": (duration.parse_duration, 0, 0),
}


def check_reading(reading: Reading) -> None:
    """An error leaves no value, a value has no error, and every code is on the list."""
    assert isinstance(reading, Reading)
    assert {*reading.warnings, *([reading.error] if reading.error else [])} <= set(CODES)
    assert all(CODES[code].severity == "warning" for code in reading.warnings)
    if reading.error is not None:
        assert CODES[reading.error].severity == "error"
        assert (reading.value, reading.lower, reading.upper) == (None, None, None)


def test_no_parser_is_left_out() -> None:
    found = set()
    for module in pkgutil.iter_modules(helpers.ingest.__path__):
        members = vars(importlib.import_module(f"helpers.ingest.{module.name}"))
        found |= {name for name, member in members.items()
                  if name.startswith("parse_") and inspect.isroutine(member)}  # fmt: skip
    assert found == set(PARSERS)


@pytest.mark.parametrize("name", PARSERS)
@EXAMPLES
@given(text=TEXT)
def test_a_parser_answers_every_text(name: str, text: str) -> None:
    parser, minimum, maximum = PARSERS[name]
    for form in (text, normalise_text(text)):
        reading = parser(form)
        check_reading(reading)
        if isinstance(reading.value, int | float):
            assert minimum <= reading.value <= maximum


@EXAMPLES
@given(text=TEXT, infusion=DATE, follow_up=DATE, following=DATE, percent=st.none() | st.just(0.0))
def test_a_duration_is_ordered_whatever_the_dates(
    text: str,
    infusion: dt.date | None,
    follow_up: dt.date | None,
    following: dt.date | None,
    percent: float | None,
) -> None:
    around = Dates(infusion, follow_up, following)
    stated = duration.parse_duration(normalise_text(text))
    reading = check_duration(resolve_duration(stated, around), around, until_next=False)
    check_reading(reading)
    assert contradiction(percent, reading) in {None, *CODES}
    if reading.error is None:
        assert reading.lower is not None and reading.upper is not None
        assert 0 <= reading.lower <= reading.upper
        assert math.isfinite(reading.lower)


SPEC = st.builds(
    FieldSpec,
    name=st.sampled_from(["age", "sex", "ae_severity", "ae_related", "nrs", "comorbid"]),
    type=st.sampled_from(["text", "radio", "dropdown", "checkbox", "yesno", "slider", "calc", "?"]),
    validation=st.sampled_from(["", "integer", "number", "number_2dp", "number_comma_decimal",
                                "date_ymd", "datetime_seconds_dmy", "number_1dp_comma_decimal"])
    | TEXT,
    choices=st.dictionaries(TEXT.map(str.strip), TEXT, max_size=4),
    minimum=TEXT,
    maximum=TEXT,
)  # fmt: skip
READERS = {name: reader for name, reader in vars(redcap_dictionary).items()
           if name.startswith("read_") and name not in {"read_dictionary", "read_csv"}}  # fmt: skip


@pytest.mark.parametrize("name", READERS)
@EXAMPLES
@given(spec=SPEC, text=TEXT.map(clean_text).filter(bool))
def test_a_field_of_redcap_answers_every_text(name: str, spec: FieldSpec, text: str) -> None:
    check_reading(READERS[name](spec, text))
    assert all(isinstance(box, str) for box in box_names(spec))


@EXAMPLES
@given(text=TEXT)
def test_text_is_in_one_form_at_once(text: str) -> None:
    once = normalise_text(text)
    assert normalise_text(once) == once
    assert clean_text(clean_text(text)) == clean_text(text)
    assert comparable_text(comparable_text(once)) == comparable_text(once)
    assert all(character.isalnum() for character in normalise_header(text))
    term = code_event(once, synonym_index({}))
    assert term.coded or term.warning in CODES


@EXAMPLES
@given(value=st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**15), 10**15))
def test_a_number_is_written_as_itself(value: float) -> None:
    text = format_number(value)
    assert float(text) == value
    assert "e" not in text.lower()


# files


@FEW
@given(headers=st.lists(TEXT, max_size=14), names=st.lists(TEXT, max_size=5))
def test_any_header_is_found_or_refused(headers: list[str], names: list[str]) -> None:
    for sheet, columns in SHEETS.items():
        found = Sheet(sheet, tuple(headers), ())
        with pytest.raises(InputError, match="column"):
            find_columns("chart_review.xlsx", found, columns, QueryLog())
    with pytest.raises(InputError, match="sheet"):
        find_sheets("chart_review.xlsx", [Sheet(name, (), ()) for name in names], QueryLog())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any")


@pytest.mark.parametrize("read", [read_csv, read_workbook, read_dictionary])
@FEW
@given(content=st.binary(max_size=200) | TEXT.map(str.encode))
def test_any_bytes_are_read_or_refused(
    place: Path, read: Callable[[Path], Any], content: bytes
) -> None:
    path = place / "any"
    path.write_bytes(content)
    try:
        read(path)
    except InputError as error:
        assert str(error).startswith("any")


@FEW
@given(cells=st.lists(st.lists(TEXT, min_size=1, max_size=4), min_size=1, max_size=4))
def test_any_table_is_read_or_refused(place: Path, cells: list[list[str]]) -> None:
    path = place / "cells.csv"
    lines = [",".join(f'"{text.replace(chr(34), chr(34) * 2)}"' for text in row) for row in cells]
    path.write_text("\n".join(lines), encoding="utf-8", newline="")
    try:
        headers, rows = read_csv(path)
    except InputError:
        return
    assert all(list(row.values) == headers or len(set(headers)) < len(headers) for row in rows)


_TOML = st.sampled_from(
    ["title", "index_infusion", "data_cutoff", "ae_synonyms", "missing_words", "=", "[", "]", '"',
     "registered_outcome", "{", "}", "1", "2021-01-01", "\n", "true", ",", "'", "#", "nan", "1e9"]
)  # fmt: skip


@FEW
@given(text=TEXT | st.lists(_TOML, max_size=12).map(" ".join))
def test_any_study_toml_is_read_or_refused(place: Path, text: str) -> None:
    (place / STUDY_FILE).write_text(text, encoding="utf-8", newline="")
    try:
        read_study_toml(place)
    except InputError as error:
        assert str(error).startswith(STUDY_FILE)


@EXAMPLES
@given(name=st.sampled_from(["n_boot", "seed", "part", "title", "ci_level"]) | TEXT, value=TEXT)
def test_any_parameter_is_taken_or_refused(name: str, value: str) -> None:
    try:
        check_parameters(parse_assignments([f"{name}={value}"]), "parameters")
    except StudyError as error:
        assert error.exit_code == 2
