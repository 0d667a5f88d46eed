"""Rows of a sheet that are no patient, and what gives them away: sums, notes, further headers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from helpers.ingest.text import normalise_header, normalise_text
from helpers.ingest.workbook import Cell, Row, Sheet

_HEADERS_ROW: Final = 2  # the first row under the header
_WORDS_OF_A_NOTE: Final = 3
# English, French, German, Dutch, Spanish, Italian, Portuguese, and the Nordic languages.
_SUMMARIES: Final = (
    "grand total|sub-?total|subtotals?|totals?|totaux|totaal|totale|totali|totales|totalt|"
    "all patients|overall|sum|sums|summa|summe|somme|som|suma|somma|soma|gesamt|insgesamt|"
    "gesamtsumme|zwischensumme|mean|means|average|avg|moyenne|moy|mittel|mittelwert|durchschnitt|"
    "gemiddelde|media|medias|promedio|média|medelvärde|gennemsnit|gjennomsnitt|median|médiane|"
    r"mediane|mediaan|mediana|medianwert|sd|s\.d\.|std|stdev|std\.? ?dev|"
    "standard deviation|écart[- ]type|standardabweichung|min|max|minimum|maximum|range|"
    "count|counts|anzahl|nombre|aantal|number|n"
)
_SUMMARY: Final = re.compile(
    rf"(?:{_SUMMARIES})(?: ?(?:±|\+/-|\+-|and|&|/|,) ?(?:{_SUMMARIES}))*"  # mean ± SD
    r"(?:\.? ?[:=].*|\.| ?[(\[{].*|%)?"
)
_UNITS: Final = frozenset(
    {"years", "year", "yrs", "y", "cm", "kg", "mg", "h", "hours", "days", "%", "percent", "points",
     "0-10", "0-27", "0-100", "yyyy", "yyyy-mm-dd", "dd/mm/yyyy", "mm/dd/yyyy", "date", "yes/no",
     "y/n", "f/m", "m/f", "text", "free text", "number", "code", "study code", "unit", "units"}
)  # fmt: skip
_NOTE: Final = re.compile(r"[*†‡#§]|(?:note|notes|nb|n\.b\.|legend|source|key|remark)s?\b ?[:.]?")


def kind_of_row(row: Row, columns: Mapping[str, int]) -> str | None:
    """Return the code of a row that is no patient, None for any other.

    ``columns`` holds the position of each column of the contract by its name.
    """
    cells = {name: row.cell(position) for name, position in columns.items()}
    if _repeats_header(cells) or (row.number == _HEADERS_ROW and _gives_units(cells)):
        return "header_row"
    patient = cells["Patient ID"]
    if patient.kind != "text":
        return None
    if _SUMMARY.fullmatch(patient.text):
        return "summary_row"
    alone = all(
        cell.kind in {"empty", "merged"} for name, cell in cells.items() if name != "Patient ID"
    )
    return "note_row" if alone and _reads_as_note(patient.text) else None


def _repeats_header(cells: Mapping[str, Cell]) -> bool:
    repeated = [
        name for name, cell in cells.items()
        if cell.kind == "text" and normalise_header(cell.shown) == normalise_header(name)
    ]  # fmt: skip
    return len(repeated) > 1


def _gives_units(cells: Mapping[str, Cell]) -> bool:
    filled = [cell for cell in cells.values() if cell.kind not in {"empty", "merged"}]
    units = [cell for cell in filled if normalise_text(cell.shown.strip("()[]")) in _UNITS]
    return len(units) > 1 and all(cell.kind == "text" for cell in filled)


def _reads_as_note(text: str) -> bool:
    return len(text.split()) >= _WORDS_OF_A_NOTE or _NOTE.match(text) is not None


def explain(sheet: Sheet, missing: Sequence[str]) -> str:
    """Return what may have become of missing columns: a header that is not one row at the top."""
    wanted = {normalise_header(name) for name in missing}
    below = next((row for row in sheet.rows[:5] if _names(row) & wanted), None)
    if below is not None:
        return (
            f" Row {below.number} holds some of them: write the whole header into row 1, one cell "
            "per column, and delete the rows between it and the data."
        )
    if sheet.header_is_merged:
        return " Row 1 holds merged cells: unmerge them, and write a header above each column."
    return ""


def _names(row: Row) -> set[str]:
    return {normalise_header(cell.shown) for cell in row.cells if cell.kind == "text"}
