"""The sheets and columns that the chart-review workbook must have, and how they are found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from openpyxl.utils import get_column_letter

from helpers.errors import InputError
from helpers.ingest.identifiers import refuse_identifying_sheets
from helpers.ingest.queries import Place, QueryLog
from helpers.ingest.stray_rows import explain
from helpers.ingest.text import normalise_header, normalise_text, split_bracket
from helpers.ingest.workbook import Sheet

_MASS = "lb lbs pound pounds st stone stones g gram grams oz"
_LENGTH = "in inch inches ft foot feet m metre metres meter meters mm"
_DOSE = "mg/kg mg/kg/h mg/h g mcg µg ug μg mcg/kg µg/kg ug/kg ml"
_HOURS = "min mins minute minutes m s sec secs second seconds d day days"
_YEARS = "month months mo mos week weeks day days d"
_SCORE = "0-100 /100 100 0-5 /5 0-20 /20 mm vas % percent"
_SHARE = "0-10 /10 10 0-1 fraction proportion nrs points"
_RELIEF = (
    "h hr hrs hour hours w wk wks week weeks mo mos month months yr yrs year years min minutes"
)


_OWN_WORDS = frozenset(
    {"mg", "kg", "cm", "h", "hr", "hrs", "hour", "hours", "yrs", "yr", "year", "years", "days"}
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet: its name, and the units that its header must not claim.

    ``other_units`` are brackets at the end of a header that name another unit of the same
    quantity; a column so headed would be read wrongly, so it is refused.
    """

    name: str
    other_units: frozenset[str] = frozenset()


def _column(name: str, other_units: str = "", *more: str) -> Column:
    return Column(name, frozenset((*other_units.split(), *more)))


SHEETS: Final[Mapping[str, tuple[Column, ...]]] = MappingProxyType(
    {
        "Patients": (
            _column("Patient ID"),
            _column("Consent signed"),
            _column("Age (years)", _YEARS),
            _column("Sex"),
            _column("FM diagnosed"),
            _column("FM diagnosis year"),
            _column("Height (cm)", _LENGTH),
            _column("Weight (kg)", _MASS),
            _column("Depression"),
            _column("PHQ-9"),
            _column("Opioid use"),
            _column("Comorbidities"),
        ),
        "Infusions": (
            _column("Patient ID"),
            _column("Infusion #"),
            _column("Date"),
            _column("Dose", _DOSE),
            _column("Duration (h)", _HOURS),
            _column("NRS before", _SCORE),
            _column("NRS after", _SCORE),
            _column("Stopped early"),
        ),
        "Follow-ups": (
            _column("Patient ID"),
            _column("Infusion #"),
            _column("Follow-up date"),
            _column("Pain relief (%)", _SHARE),
            _column("Duration of relief", _RELIEF),
        ),
        "Adverse events": (
            _column("Patient ID"),
            _column("Infusion #"),
            _column("Event"),
            _column("Severity"),
            _column("Serious"),
            _column("Related"),
        ),
    }
)


def find_sheets(file: str, sheets: Sequence[Sheet], log: QueryLog) -> dict[str, Sheet]:
    """Return the contract's sheets by their name in the contract.

    Raises
    ------
    InputError
        When a sheet is missing or two sheet names are the same once normalised.
    """
    wanted = {normalise_header(name): name for name in SHEETS}
    names = [wanted.get(normalise_header(sheet.name), "") for sheet in sheets]
    refuse_identifying_sheets(file, sheets, names)
    found = _by_normalised_name(file, names, "sheets")
    missing = [name for key, name in wanted.items() if key not in found]
    if missing:
        raise InputError(
            f"{file}: missing sheet {_quoted(missing)}; expected the sheets {_quoted(SHEETS)}, "
            f"{_found(names, 'sheets')}."
        )
    for sheet in sheets:
        if normalise_header(sheet.name) not in wanted:
            log.raise_query(Place(file, sheet.name), "extra_sheet", sheet.name)
    return {name: sheets[found[key]] for key, name in wanted.items()}


def find_columns(
    file: str, sheet: Sheet, columns: Sequence[Column], log: QueryLog
) -> dict[str, int]:
    """Return the position of each column by its name in the contract.

    Raises
    ------
    InputError
        When a column is missing, two headers are the same once normalised, or a header names
        another unit.
    """
    where = sheet.own_file or f"{file}, sheet '{_name_of(sheet)}'"
    shown = "" if sheet.own_file else sheet.name
    wanted = {normalise_header(column.name): column for column in columns}
    found = _by_normalised_name(where, sheet.headers, "column headers")
    missing = [column.name for key, column in wanted.items() if key not in found]
    if missing:
        known = [wanted[key].name if key in wanted else "" for key in found]
        raise InputError(
            f"{where}: missing column {_quoted(missing)}; the header row is row 1, expected "
            f"{_quoted(column.name for column in columns)}, {_found(known, 'columns')}."
            f"{explain(sheet, missing)}"
        )
    for key, position in found.items():
        header = sheet.headers[position]
        if key in wanted:
            _check_unit(where, header, wanted[key])
        else:
            log.raise_query(Place(file, shown, 1, header), "extra_column", header)
    for position in range(max((len(row.cells) for row in sheet.rows), default=0)):
        if position not in found.values() and _holds_values(sheet, position):
            name = f"column {get_column_letter(position + 1)}"
            log.raise_query(Place(file, shown, 1, name), "extra_column", name)
    return {column.name: found[key] for key, column in wanted.items()}


def _holds_values(sheet: Sheet, position: int) -> bool:
    return any(row.cell(position).kind not in {"empty", "merged"} for row in sheet.rows)


def _by_normalised_name(where: str, names: Iterable[str], what: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for position, name in enumerate(names):
        key = normalise_header(name)
        if not key:
            continue
        if key in found:
            raise InputError(
                f"{where}: two {what} are the same: number {found[key] + 1} and number "
                f"{position + 1}; case, spaces, punctuation and a bracket at the end do not count. "
                "Rename or remove one."
            )
        found[key] = position
    return found


def _check_unit(where: str, header: str, column: Column) -> None:
    bracket = split_bracket(header)[1]
    if _names_other_unit(bracket, column):
        is_plain = normalise_text(bracket) in column.other_units  # else it may be anybody's words
        shown = header if is_plain else column.name
        raise InputError(
            f"{where}, column '{shown}': the header names another unit than '{column.name}' is "
            "read in. Convert the values, or correct the header."
        )


def _names_other_unit(bracket: str, column: Column) -> bool:
    text = normalise_text(bracket).replace(".", "").replace(" to ", "-").replace(" per ", "/")
    text = text.replace("out of ", "/").removeprefix("in ")
    if text in column.other_units:
        return True
    words = set(re.split(r"[ ,;]+", text))
    own = set(re.split(r"[ ,;]+", normalise_text(split_bracket(column.name)[1]))) | _OWN_WORDS
    return bool(words & column.other_units) and not words & own


def _name_of(sheet: Sheet) -> str:
    """Return what the contract calls a sheet: its own name may say more."""
    by_key = {normalise_header(name): name for name in SHEETS}
    return by_key.get(normalise_header(sheet.name), "")


def _found(names: Sequence[str], what: str) -> str:
    """Return which of the contract's names were found; others may be anybody's words."""
    others = names.count("")
    more = f"{others} other {what}, whose names are not repeated here" if others else ""
    known = _quoted(name for name in names if name)
    return f"found {' and '.join(filter(None, (known, more))) or 'none'}"


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
