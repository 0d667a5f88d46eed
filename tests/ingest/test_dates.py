"""Dates typed as text: every form of the contract, each with a near miss."""

import datetime as dt

import pytest

from helpers.ingest.dates import parse_date
from helpers.ingest.text import normalise_text

LATEST = dt.date(2024, 6, 30)


def parse(text: str, order: str = "dmy"):
    return parse_date(normalise_text(text), order, LATEST)


@pytest.mark.parametrize(
    "text",
    ["2021-03-12", "2021/03/12", "12-Mar-2021", "12 Mar 2021", "12 March 2021", "12–MAR–2021",
     "12 - mar - 2021", "12\u00a0march\u00a02021"],
)  # fmt: skip
def test_forms(text: str) -> None:
    reading = parse(text)
    assert (reading.value, reading.warnings) == (dt.date(2021, 3, 12), ())


@pytest.mark.parametrize(
    ("text", "order", "date", "warnings"),
    [
        ("03/04/2021", "dmy", dt.date(2021, 4, 3), ("date_order_assumed",)),
        ("03/04/2021", "mdy", dt.date(2021, 3, 4), ("date_order_assumed",)),
        ("13/04/2021", "dmy", dt.date(2021, 4, 13), ()),
        ("04/13/2021", "mdy", dt.date(2021, 4, 13), ()),
        ("05/05/2021", "dmy", dt.date(2021, 5, 5), ()),
    ],
)
def test_order_of_day_and_month(text: str, order: str, date: dt.date, warnings: tuple) -> None:
    reading = parse(text, order)
    assert (reading.value, reading.warnings) == (date, warnings)


@pytest.mark.parametrize(
    "text",
    ["04/13/2021", "31/02/2021", "2021-13-01", "12.03.2021", "03-04-2021", "12 Mrz 2021",
     "March 12, 2021", "12/03/21", "44267", "2021-03-12 00:00:00", "12-Mar 2021", "2021/03-12"],
)  # fmt: skip
def test_near_misses(text: str) -> None:
    assert parse(text).error == "not_a_date"


@pytest.mark.parametrize("text", ["1999-12-31", "2024-07-01", "2099-01-01"])
def test_dates_before_2000_and_after_the_report_are_errors(text: str) -> None:
    assert parse(text).error == "date_out_of_range"


@pytest.mark.parametrize("text", ["2000-01-01", "2024-06-30"])
def test_limits_are_included(text: str) -> None:
    assert parse(text).error is None
