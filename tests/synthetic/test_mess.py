"""Whatever form a value is typed in, the contract's reading of it is the value it means."""

import datetime as dt
from collections.abc import Callable

import pytest

from helpers.ingest import numbers
from helpers.ingest.dates import parse_date
from helpers.ingest.reading import Reading
from helpers.ingest.text import normalise_text
from helpers.ingest.workbook import read_cell
from helpers.synthetic import mess
from helpers.synthetic.draws import Draw
from helpers.synthetic.mess import Cell

MANY = 1500


class Typed:
    """What openpyxl would hand to the reader for a cell."""

    data_type = "s"

    def __init__(self, cell: Cell) -> None:
        self.value = cell.value
        self.number_format = cell.number_format


def read(cell: Cell, parse: Callable[[str], Reading]) -> object:
    seen = read_cell(Typed(cell))
    if seen.kind == "date":
        return seen.value.isoformat()
    reading = parse(seen.text)
    assert reading.error is None, f"{cell.value!r}: {reading.error}"
    return reading.value


def spelled(spell: Callable[[Draw], Cell]) -> list[Cell]:
    draw = Draw(11)
    return [spell(draw) for _ in range(MANY)]


@pytest.mark.parametrize("nrs", [0.0, 0.4, 3.5, 6.9, 9.8, 10.0])
def test_scores(nrs: float) -> None:
    for cell in spelled(lambda draw: mess.spell_nrs(draw, nrs)):
        assert read(cell, numbers.parse_nrs) == pytest.approx(cell.means)
        assert abs(cell.means - nrs) <= 0.6


@pytest.mark.parametrize("pct", [0.0, 1.0, 7.4, 52.0, 98.0, 100.0])
def test_percentages(pct: float) -> None:
    for cell in spelled(lambda draw: mess.spell_percent(draw, pct)):
        assert read(cell, numbers.parse_percent) == pytest.approx(cell.means)
        assert (cell.means > 0) == (pct > 0)
        assert abs(cell.means - pct) <= 4


@pytest.mark.parametrize("kg", [38.2, 71.7, 141.0])
def test_weights(kg: float) -> None:
    for cell in spelled(lambda draw: mess.spell_weight(draw, kg)):
        assert read(cell, numbers.parse_weight) == pytest.approx(cell.means)
        assert cell.means == pytest.approx(kg, abs=0.51)


def test_doses() -> None:
    def parse(text: str) -> Reading:
        return numbers.total_dose(numbers.parse_dose(text), 71.7)

    for cell in spelled(lambda draw: mess.spell_dose(draw, 125, 71.7)):
        assert read(cell, parse) == pytest.approx(cell.means)
        assert cell.means == pytest.approx(125, abs=71.7 * 0.05 + 0.01)


def test_a_dose_per_kg_needs_a_weight() -> None:
    cells = spelled(lambda draw: mess.spell_dose(draw, 125, None))
    assert not any("kg" in str(cell.value) for cell in cells)


@pytest.mark.parametrize("hours", [0.75, 3.0, 3.25, 4.5])
def test_hours(hours: float) -> None:
    for cell in spelled(lambda draw: mess.spell_hours(draw, hours)):
        assert read(cell, numbers.parse_hours) == pytest.approx(hours)


@pytest.mark.parametrize("date", [dt.date(2021, 3, 4), dt.date(2022, 5, 31), dt.date(2021, 12, 9)])
def test_dates_are_day_before_month(date: dt.date) -> None:
    for cell in spelled(lambda draw: mess.spell_date(draw, date)):
        told = read(cell, lambda text: parse_date(text, "dmy", dt.date(2024, 1, 1)))
        assert str(told) == cell.means == date.isoformat()


@pytest.mark.parametrize("answer", [True, False])
def test_yes_and_no(answer: bool) -> None:
    for cell in spelled(lambda draw: mess.spell_yes_no(draw, answer)):
        assert read(cell, numbers.parse_yes_no) is answer


@pytest.mark.parametrize("entries", [(), ("IBS",), ("IBS", "migraine", "anxiety")])
def test_comorbidities(entries: tuple[str, ...]) -> None:
    for cell in spelled(lambda draw: mess.spell_comorbidities(draw, entries)):
        assert read(cell, numbers.parse_comorbidities) == len(entries)


def test_no_word_that_is_typed_is_one_for_missing() -> None:
    words = {normalise_text(str(word)) for word in mess.MISSING_WORDS}
    cells = spelled(lambda draw: mess.spell_percent(draw, 0))
    assert not {normalise_text(str(cell.value)) for cell in cells} & words


def test_scuffing_changes_no_letter() -> None:
    draw = Draw(3)
    for _ in range(MANY):
        assert normalise_text(mess.scuff(draw, "between 2-3 weeks")) == "between 2-3 weeks"
