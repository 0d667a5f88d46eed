"""Parsers of numbers and choices: every form of the contract, each with a near miss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.ingest import numbers
from helpers.ingest.reading import Reading
from helpers.ingest.text import normalise_text


@pytest.mark.parametrize("text", ["yes", "Y", "TRUE", "1"])
def test_yes(text: str) -> None:
    assert numbers.parse_yes_no(normalise_text(text)).value is True


@pytest.mark.parametrize("text", ["no", "N", "False", "0"])
def test_no(text: str) -> None:
    assert numbers.parse_yes_no(normalise_text(text)).value is False


@pytest.mark.parametrize("text", ["ja", "2", "yes!", "history", "1.0"])
def test_neither_yes_nor_no(text: str) -> None:
    assert numbers.parse_yes_no(text).error == "not_yes_or_no"


def test_history_of_depression_counts_as_yes() -> None:
    assert numbers.parse_depression("history").value is True
    assert numbers.parse_depression("no").value is False
    assert numbers.parse_depression("past").error == "not_yes_or_no"


@pytest.mark.parametrize(
    ("text", "sex"), [("f", "female"), ("female", "female"), ("m", "male"), ("male", "male")]
)
def test_sex(text: str, sex: str) -> None:
    assert numbers.parse_sex(text).value == sex


def test_other_sex_is_refused() -> None:
    assert numbers.parse_sex("w").error == "not_a_choice"


@pytest.mark.parametrize(
    ("text", "kg"),
    [("72", 72), ("72 kg", 72), ("72kg", 72), ("154 lb", 154 * 0.45359237),
     ("154lbs", 154 * 0.45359237), ("30", 30), ("250", 250)],
)  # fmt: skip
def test_weight(text: str, kg: float) -> None:
    assert numbers.parse_weight(text).value == pytest.approx(kg, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "error"),
    [("29.9", "out_of_range"), ("250.1", "out_of_range"), ("66 lb", "out_of_range"),
     ("72 st", "not_a_weight"), ("72,5", "not_a_weight"), ("-72", "not_a_weight"),
     ("72 kgs", "not_a_weight")],
)  # fmt: skip
def test_weight_near_misses(text: str, error: str) -> None:
    assert numbers.parse_weight(text).error == error


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [("120", "mg", 120), ("120 mg", "mg", 120), ("120mg", "mg", 120),
     ("1.5 mg/kg", "mg_per_kg", 1.5), ("1.5mg/kg", "mg_per_kg", 1.5)],
)  # fmt: skip
def test_dose(text: str, kind: str, value: float) -> None:
    reading = numbers.parse_dose(text)
    assert (reading.kind, reading.value) == (kind, value)


@pytest.mark.parametrize("text", ["120 g", "1,5 mg/kg", "120 mg/h", "1.5 mg/kg/h", "about 120"])
def test_dose_near_misses(text: str) -> None:
    assert numbers.parse_dose(text).error == "not_a_dose"


def test_total_dose() -> None:
    assert numbers.total_dose(numbers.parse_dose("1.5 mg/kg"), 80).value == 120
    assert numbers.total_dose(numbers.parse_dose("120"), None).value == 120
    assert numbers.total_dose(numbers.parse_dose("1.5 mg/kg"), None).error == "dose_without_weight"
    assert numbers.total_dose(numbers.parse_dose("4.9"), None).error == "out_of_range"
    assert numbers.total_dose(numbers.parse_dose("1001"), None).error == "out_of_range"
    assert numbers.total_dose(numbers.parse_dose("20 mg/kg"), 60).error == "out_of_range"
    assert numbers.total_dose(numbers.parse_dose("much"), 60).error == "not_a_dose"


@pytest.mark.parametrize(
    ("text", "hours"),
    [("3.5", 3.5), ("3.5 h", 3.5), ("3h", 3), ("3h30", 3.5), ("3 h 30 min", 3.5),
     ("3 h 5 min", 3 + 5 / 60), ("3:30", 3.5), ("3:30:00", 3.5), ("3:30:36", 3.51),
     ("210 min", 3.5), ("210min", 3.5), ("0.25", 0.25), ("24", 24)],
)  # fmt: skip
def test_hours(text: str, hours: float) -> None:
    assert numbers.parse_hours(text).value == pytest.approx(hours)


@pytest.mark.parametrize(
    ("text", "error"),
    [("0.2", "out_of_range"), ("24.1", "out_of_range"), ("10 min", "out_of_range"),
     ("3,5", "not_hours"), ("3:75", "not_hours"), ("3h75", "not_hours"), ("3h5", "not_hours"),
     ("3 m", "not_hours"), ("about 3 h", "not_hours"), ("3-4", "not_hours"),
     ("three", "not_hours"), ("3.5h30", "not_hours")],
)  # fmt: skip
def test_hours_near_misses(text: str, error: str) -> None:
    assert numbers.parse_hours(text).error == error


@pytest.mark.parametrize(
    ("text", "value", "warnings"),
    [("7", 7, ()), ("7/10", 7, ()), ("6.5", 6.5, ()), ("0", 0, ()), ("10", 10, ()),
     ("6-7", 6.5, ("nrs_range",)), ("6 to 7", 6.5, ("nrs_range",)),
     ("65/100", 6.5, ("nrs_of_100",)), ("0/100", 0, ("nrs_of_100",))],
)  # fmt: skip
def test_pain_score(text: str, value: float, warnings: tuple[str, ...]) -> None:
    reading = numbers.parse_nrs(text)
    assert (reading.value, reading.warnings) == (value, warnings)


@pytest.mark.parametrize(
    ("text", "error"),
    [("11", "out_of_range"), ("11/10", "out_of_range"), ("101/100", "out_of_range"),
     ("9-11", "out_of_range"), ("7-6", "range_not_ascending"), ("6-6", "range_not_ascending"),
     ("6-7/10", "not_a_pain_score"), ("7/20", "not_a_pain_score"), ("none", "not_a_pain_score"),
     ("7,5", "not_a_pain_score"), ("-7", "not_a_pain_score"), ("50%", "not_a_pain_score"),
     ("true", "not_a_pain_score"), ("~7", "not_a_pain_score")],
)  # fmt: skip
def test_pain_score_near_misses(text: str, error: str) -> None:
    assert numbers.parse_nrs(text).error == error


@pytest.mark.parametrize(
    ("text", "value", "warnings"),
    [("50", 50, ()), ("50%", 50, ()), ("~50%", 50, ("percent_approximate",)),
     ("50-60%", 55, ("percent_range",)), ("50 to 60%", 55, ("percent_range",)),
     ("none", 0, ()), ("no relief", 0, ()), ("nil", 0, ()), ("0", 0, ()), ("100%", 100, ())],
)  # fmt: skip
def test_percentage(text: str, value: float, warnings: tuple[str, ...]) -> None:
    reading = numbers.parse_percent(text)
    assert (reading.value, reading.warnings) == (value, warnings)


@pytest.mark.parametrize(
    ("text", "error"),
    [("150%", "out_of_range"), ("90-110%", "out_of_range"), ("60-50%", "range_not_ascending"),
     ("about 50%", "not_a_percentage"), ("50 percent", "not_a_percentage"),
     (">50%", "not_a_percentage"), ("half", "not_a_percentage"), ("50,5", "not_a_percentage"),
     ("-10%", "not_a_percentage")],
)  # fmt: skip
def test_percentage_near_misses(text: str, error: str) -> None:
    assert numbers.parse_percent(text).error == error


@pytest.mark.parametrize(
    ("text", "count"),
    [("ibs; migraine", 2), ("ibs", 1), ("none", 0), ("no", 0), ("nil", 0), ("ibs;;migraine;", 2)],
)
def test_comorbidities_are_counted(text: str, count: int) -> None:
    assert numbers.parse_comorbidities(text).value == count


def test_comorbidities_of_separators_alone_are_missing() -> None:
    assert numbers.parse_comorbidities(" ; ").kind == "missing"


@pytest.mark.parametrize(
    ("text", "error"),
    [("110.5", "out_of_range"), ("1e3", "not_a_number"), ("٣", "not_a_number"),
     ("+5", "not_a_number"), (".5", "not_a_number"), ("nan", "not_a_number")],
)  # fmt: skip
def test_plain_number_near_misses(text: str, error: str) -> None:
    assert numbers.parse_number(text, 0, 110).error == error


def test_whole_number() -> None:
    assert numbers.parse_whole_number("27", 0, 27).value == 27
    assert numbers.parse_whole_number("28", 0, 27).error == "out_of_range"
    assert numbers.parse_whole_number("13.5", 0, 27).error == "not_a_whole_number"


_PARSERS = (
    numbers.parse_yes_no, numbers.parse_depression, numbers.parse_sex, numbers.parse_weight,
    numbers.parse_dose, numbers.parse_hours, numbers.parse_nrs, numbers.parse_percent,
    numbers.parse_comorbidities,
)  # fmt: skip


@pytest.mark.parametrize("parser", _PARSERS)
@given(text=st.text())
def test_no_parser_raises_on_any_string(parser, text: str) -> None:
    reading = parser(normalise_text(text))
    assert isinstance(reading, Reading)
    assert reading.error is None or reading.value is None
