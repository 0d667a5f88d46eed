"""The grammar of "Duration of relief", production by production, each with a near miss."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.ingest.duration import parse_duration
from helpers.ingest.text import normalise_text

INF = math.inf


def parse(text: str):
    return parse_duration(normalise_text(text))


@pytest.mark.parametrize(
    ("text", "kind", "lower", "upper"),
    [
        # none
        ("none", "none", 0, 0), ("No relief", "none", 0, 0), ("nil", "none", 0, 0),
        ("0", "none", 0, 0), ("0 days", "none", 0, 0), ("0 weeks", "none", 0, 0),
        # number unit, every unit
        ("36 hours", "exact", 1.5, 1.5), ("12h", "exact", 0.5, 0.5), ("12 hr", "exact", 0.5, 0.5),
        ("12 hrs", "exact", 0.5, 0.5), ("1 hour", "exact", 1 / 24, 1 / 24),
        ("10d", "exact", 10, 10), ("1 day", "exact", 1, 1), ("10 days", "exact", 10, 10),
        ("2w", "exact", 14, 14), ("1 wk", "exact", 7, 7), ("2 wks", "exact", 14, 14),
        ("1 week", "exact", 7, 7), ("3 weeks", "exact", 21, 21), ("1 mo", "exact", 30, 30),
        ("2 mos", "exact", 60, 60), ("1 Month", "exact", 30, 30),
        ("1.5 months", "exact", 45, 45), ("1 yr", "exact", 365, 365),
        ("2 yrs", "exact", 730, 730), ("1 year", "exact", 365, 365),
        ("½ week", "exact", 3.5, 3.5), ("half a week", "exact", 3.5, 3.5),
        # ranges
        ("2-3 weeks", "interval", 14, 21), ("2 to 3 weeks", "interval", 14, 21),
        ("2 – 3 weeks", "interval", 14, 21), ("8—10 days", "interval", 8, 10),
        ("1 week - 10 days", "interval", 7, 10), ("36 h to 3 days", "interval", 1.5, 3),
        ("between 2 and 3 weeks", "interval", 14, 21), ("half a-2 weeks", "interval", 3.5, 14),
        ("0-2 days", "interval", 0, 2),
        # words
        ("a week", "exact", 7, 7), ("an hour", "exact", 1 / 24, 1 / 24),
        ("one day", "exact", 1, 1), ("two weeks", "exact", 14, 14),
        ("twelve days", "exact", 12, 12),
        # right-censored
        (">1 month", "right", 30, INF), ("≥ 3 weeks", "right", 21, INF),
        (">= 3 weeks", "right", 21, INF), ("at least 3 weeks", "right", 21, INF),
        ("over 6 weeks", "right", 42, INF), ("more than a week", "right", 7, INF),
        ("3+ weeks", "right", 21, INF), ("3 weeks+", "right", 21, INF),
        ("3 + weeks", "right", 21, INF), ("two weeks+", "right", 14, INF),
        # left-censored
        ("<1 week", "left", 0, 7), ("≤ 1 week", "left", 0, 7), ("<= 1 week", "left", 0, 7),
        ("less than a week", "left", 0, 7), ("under 3 days", "left", 0, 3),
        ("up to 2 weeks", "left", 0, 14),
    ],
)  # fmt: skip
def test_productions_without_warning(text: str, kind: str, lower: float, upper: float) -> None:
    reading = parse(text)
    assert (reading.kind, reading.lower, reading.upper) == (kind, lower, upper)
    assert (reading.warnings, reading.approximate, reading.error) == ((), False, None)


@pytest.mark.parametrize("word", ["one", "two", "three", "four", "five", "six", "seven", "eight",
                                  "nine", "ten", "eleven", "twelve"])  # fmt: skip
def test_every_number_word(word: str) -> None:
    order = [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ]
    assert parse(f"{word} days").lower == order.index(word) + 1


@pytest.mark.parametrize(
    ("text", "kind", "lower", "upper"),
    [("~5 days", "exact", 5, 5), ("about 3 weeks", "exact", 21, 21),
     ("approx 3 weeks", "exact", 21, 21), ("approx. 3 weeks", "exact", 21, 21),
     ("approximately a week", "exact", 7, 7), ("around 10 days", "exact", 10, 10),
     ("~2-3 weeks", "interval", 14, 21), ("about 2 to 3 weeks", "interval", 14, 21),
     ("couple of weeks", "exact", 14, 14), ("a couple of days", "exact", 2, 2)],
)  # fmt: skip
def test_approximations_are_flagged(text: str, kind: str, lower: float, upper: float) -> None:
    reading = parse(text)
    assert (reading.kind, reading.lower, reading.upper) == (kind, lower, upper)
    assert reading.approximate
    assert reading.warnings == ("duration_approximate",)


def test_at_least_a_couple_is_censored_and_approximate() -> None:
    reading = parse("at least a couple of weeks")
    assert (reading.kind, reading.lower, reading.approximate) == ("right", 14, True)


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [("a few days", 2, 4), ("few days", 2, 4), ("a few weeks", 14, 28),
     ("few hours", 2 / 24, 4 / 24)],
)  # fmt: skip
def test_a_few(text: str, lower: float, upper: float) -> None:
    reading = parse(text)
    assert (reading.kind, reading.lower, reading.upper) == ("interval", lower, upper)
    assert reading.approximate
    assert reading.warnings == ("duration_vague",)


@pytest.mark.parametrize(
    ("text", "kind", "lower", "upper"),
    [("10", "exact", 10, 10), ("2-3", "interval", 2, 3), (">3", "right", 3, INF),
     ("3+", "right", 3, INF), ("<10", "left", 0, 10), ("between 2 and 3", "interval", 2, 3)],
)  # fmt: skip
def test_without_unit_days_with_a_warning(text: str, kind: str, lower: float, upper: float) -> None:
    reading = parse(text)
    assert (reading.kind, reading.lower, reading.upper) == (kind, lower, upper)
    assert reading.warnings == ("duration_without_unit",)


@pytest.mark.parametrize(
    "text", ["ongoing", "Still ongoing", "still in relief", "STILL HAS RELIEF"]
)
def test_ongoing(text: str) -> None:
    assert parse(text).kind == "ongoing"


@pytest.mark.parametrize(
    "text", ["until next infusion", "till next infusion", "lasted to next infusion"]
)
def test_until_next_infusion(text: str) -> None:
    assert parse(text).kind == "next"


@pytest.mark.parametrize(
    "text",
    ["3-2 weeks", "2-2 weeks", "10 days - 1 week", "between 3 and 2 weeks"],
)
def test_ends_in_the_wrong_order(text: str) -> None:
    assert parse(text).error == "range_not_ascending"


@pytest.mark.parametrize(
    "text",
    [
        "1,5 weeks", "5 m", "30 min", "30 minutes", ">2-3 weeks", "<2-3 weeks", "2-3+ weeks",
        ">a few days", "1 week 3 days", "-3 days", "good", "on and off", "better", "weeks",
        "about", "about none", "~ongoing", "few months", "a few", "two", "couple weeks",
        "two to three weeks", "between two and three weeks", "between 2 weeks and 3 weeks",
        "2 weeks or so", "1/2 week", "1½ weeks", ".5 weeks", "5. days", "1e1 days", "half day",
        "half an hour", "half aweek", "<0", "up to 0 days", ">3+ weeks", "about 3+ weeks",
        "~>3 weeks", "until the next infusion", "next infusion", "ongoing relief", "2 fortnights",
        "2021-03-02", "50%", "true", "٣ days", "3 weeks++", "1 week - 10",
    ],
)  # fmt: skip
def test_everything_else_is_refused(text: str) -> None:
    reading = parse(text)
    assert reading.error == "not_a_duration"
    assert (reading.value, reading.lower, reading.upper) == (None, None, None)


@given(st.text())
def test_the_parser_never_raises(text: str) -> None:
    reading = parse(text)
    assert reading.error is not None or reading.kind in {
        "none", "exact", "interval", "right", "left", "ongoing", "next",
    }  # fmt: skip


@given(st.integers(1, 400), st.sampled_from(["days", "weeks", "months"]))
def test_a_stated_number_comes_back_as_days(number: int, unit: str) -> None:
    days = number * {"days": 1, "weeks": 7, "months": 30}[unit]
    reading = parse(f"{number} {unit}")
    assert (reading.lower, reading.upper) == (days, days)
