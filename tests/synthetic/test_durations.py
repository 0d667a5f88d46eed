"""What is told of a relief is read as it is meant, and is never false."""

import datetime as dt
import math

import pytest

from helpers.ingest.duration import parse_duration
from helpers.ingest.relief import Dates, check_duration, resolve_duration
from helpers.ingest.text import normalise_text
from helpers.ingest.workbook import read_cell
from helpers.synthetic.draws import Draw
from helpers.synthetic.durations import Asked, spell_duration
from helpers.synthetic.mess import Cell
from tests.synthetic.test_mess import Typed

TRUE_DAYS = (
    0.0, 0.04, 0.13, 0.5, 1.3, 2.1, 2.6, 4.9, 6.1, 7.2, 9.8, 13.6, 20.4, 24.6, 30.2, 33.0,
    47.5, 71.0,
)  # fmt: skip


def asked_in_all_ways(days: float) -> list[Asked]:
    return [
        Asked(days, known, following, heaped)
        for known in (None, 14, 25, 56)
        for following in (None, 28, 60)
        for heaped in (True, False)
    ]


def cells(days: float) -> list[tuple[Asked, Cell]]:
    draw = Draw(23)
    return [
        (asked, spell_duration(draw, asked))
        for asked in asked_in_all_ways(days)
        for _ in range(120)
    ]


def upper(cell: Cell) -> float:
    told = cell.means["upper_days"]
    return math.inf if told is None else float(told)


@pytest.mark.parametrize("days", TRUE_DAYS)
def test_what_is_told_reads_as_it_is_meant(days: float) -> None:
    for asked, cell in cells(days):
        stated = parse_duration(read_cell(Typed(cell)).text)
        reading = resolve_duration(stated, dates(asked))
        checked = check_duration(reading, dates(asked), until_next=stated.kind == "next")
        assert checked.error is None, f"{cell.value!r}: {checked.error}"
        assert "relief_beyond_next_infusion" not in checked.warnings, cell.value
        means = (cell.means["kind"], cell.means["lower_days"], upper(cell))
        assert (checked.kind, checked.lower, checked.upper) == pytest.approx(means), cell.value
        assert checked.approximate == cell.means["approximate"], cell.value
        basis = {"ongoing": "ongoing", "next": "next infusion"}.get(stated.kind, "stated")
        assert basis == cell.means["basis"]


def dates(asked: Asked) -> Dates:
    start = dt.date(2021, 6, 1)

    def after(days: int | None) -> dt.date | None:
        return None if days is None else start + dt.timedelta(days)

    return Dates(start, after(asked.known_days), after(asked.next_days))


@pytest.mark.parametrize("days", TRUE_DAYS)
def test_nothing_told_is_false(days: float) -> None:
    for _, cell in cells(days):
        lower, kind = cell.means["lower_days"], cell.means["kind"]
        if kind == "exact":  # rounded to what people count in
            assert lower == pytest.approx(days, abs=max(0.5, 3.51 if days >= 5 else 0)) or (
                lower % 15 == 0 and lower == pytest.approx(days, abs=7.51)
            ), cell.value
        else:
            assert lower <= days <= upper(cell), cell.value


def test_relief_after_the_follow_up_is_censored_there() -> None:
    for asked, cell in cells(71.0):
        if asked.known_days is not None:
            assert cell.means["kind"] == "right"
            assert cell.means["lower_days"] <= max(asked.known_days, asked.next_days or 0)


def test_most_who_count_in_weeks_do() -> None:
    draw = Draw(23)
    told = [spell_duration(draw, Asked(17.3, 40, None, True)) for _ in range(300)]
    exact = [cell.means["lower_days"] for cell in told if cell.means["kind"] == "exact"]
    assert sum(days % 7 == 0 for days in exact) / len(exact) > 0.85


def test_every_production_of_the_grammar_is_told() -> None:
    texts = {normalise_text(str(c.value)) for days in TRUE_DAYS for _, c in cells(days)}
    wanted = {
        "none", "nil", "no relief", "0", "0 days", "ongoing", "still ongoing", "still in relief",
        "still has relief", "until next infusion", "till next infusion", "lasted to next infusion",
        "a week", "one week", "two weeks", "a couple of weeks", "couple of days", "few weeks",
        "a few days", "½ day", "half a day", "10", "10 days", "10d", "1.5 months", "1 month+",
        "3+weeks", "1 week-10 days", "between 2 and 3 weeks", "2-3 weeks", "2 to 3 weeks",
        "2-3", "about 2 weeks", "approx 2 weeks", "approx. 2 weeks", "approximately 2 weeks",
        "around 2 weeks", "~2 weeks", "~2-3 weeks", "about a week", ">2 weeks", "≥2 weeks",
        ">=2 weeks", "at least 2 weeks", "over 2 weeks", "more than two weeks", "<4 weeks",
        "≤4 weeks", "<=4 weeks", "less than a week", "under 4 weeks", "up to 4 weeks", "3h",
        "31 hrs", "31 hours", "2 wks", "2w", "1 wk", "1 mo", "1.5 mos", "1 month", "an hour",
    }  # fmt: skip
    assert wanted - texts == set()
