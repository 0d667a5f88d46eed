"""Direct identifiers in the files: headers that name them stop the reading, values are queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from openpyxl.utils import get_column_letter

from helpers.errors import InputError
from helpers.ingest.identifier_headers import find_identifier
from helpers.ingest.identifier_values import find_identifier_code, find_identifier_value
from helpers.ingest.redcap_dictionary import FieldSpec
from helpers.ingest.redcap_rows import RecordRow
from helpers.ingest.rows import RowReader
from helpers.ingest.stray_rows import kind_of_row
from helpers.ingest.workbook import Sheet
from helpers.study import STUDY_FIELDS

CODE: Final = "looks_like_identifier"
_PATIENT_ID: Final = "Patient ID"
_RECORD_ID: Final = "record_id"
_VALIDATIONS: Final = {
    "email": "e-mail", "phone": "phone", "phone_australia": "phone", "phone_uk": "phone",
    "zipcode": "postal code", "postalcode_canada": "postal code", "postalcode_uk": "postal code",
    "postalcode_australia": "postal code", "postalcode_french": "postal code",
    "postalcode_germany": "postal code", "ssn": "social security number",
    "mrn_10d": "medical record number", "mrn_generic": "medical record number",
}  # fmt: skip
# A header is short; a sentence in the first row of a sheet of notes is none.
_MOST_WORDS: Final = 6


def refuse_identifying_sheets(file: str, sheets: Sequence[Sheet], names: Sequence[str]) -> None:
    """Refuse a workbook with a column whose header names a direct identifier.

    Parameters
    ----------
    file
        The workbook's name.
    sheets
        All its sheets, also those that the study does not know: a list of names may be one.
    names
        What each sheet is called in the contract; empty for the others.

    Raises
    ------
    InputError
        Names file, sheet and column of each, and the recognised word; no header and no value.
    """
    places = []
    for number, (sheet, name) in enumerate(zip(sheets, names, strict=True), start=1):
        where = sheet.own_file or (f"sheet '{name}'" if name else f"sheet {number}")
        for position, header in enumerate(sheet.headers, start=1):
            short = name or len(header.split()) <= _MOST_WORDS
            if short and (word := find_identifier(header)):
                places.append(f"{where}, column {get_column_letter(position)}: {word}")
    _refuse(file, places)


def refuse_identifying_fields(
    file: str, headers: Sequence[str], known: Iterable[str], fields: Mapping[str, FieldSpec]
) -> None:
    """Refuse an export with a field that is a direct identifier by name, label or dictionary.

    ``known`` are the columns of the contract: the dictionary may mark one of them as an
    identifier, as it should the dates, and the study needs them.

    Raises
    ------
    InputError
        Names file and column of each, and the recognised word; no header and no value.
    """
    own = set(known)
    places = []
    for position, header in enumerate(headers, start=1):
        word = _find_in_field(header, fields.get(header.partition("___")[0]), own=header in own)
        if word:
            places.append(f"column {get_column_letter(position)} ({position}): {word}")
    _refuse(file, places)


def _find_in_field(header: str, spec: FieldSpec | None, *, own: bool) -> str | None:
    if spec and spec.validation in _VALIDATIONS:
        return f"{_VALIDATIONS[spec.validation]} (by the dictionary's validation)"
    if own:
        return None
    if word := find_identifier(header):
        return word
    if spec and spec.identifier:
        return "marked as an identifier in the dictionary"
    if spec and len(spec.label.split()) <= _MOST_WORDS and (word := find_identifier(spec.label)):
        return f"{word} (by the dictionary's label)"
    return None


def _refuse(file: str, places: Sequence[str]) -> None:
    if places:
        raise InputError(
            f"{file}: holds what identifies a patient directly, by its headers: "
            f"{'; '.join(places)}. Expected study codes only; nothing was analysed. Remove the "
            "columns from the file (or, where one holds no such thing, rename it) and try again."
        )


def check_sheet_values(rows: Iterable[RowReader]) -> None:
    """Raise a query for each cell that is read and looks like a direct identifier."""
    seen: set[tuple[str, str]] = set()
    for row in rows:
        code = row.shown(_PATIENT_ID)
        place = (row.sheet or row.file, code.lower())
        first = place not in seen  # a patient's code once per sheet
        seen.add(place)
        # Where a note or a sum stands, words are no patient's code.
        find = find_identifier_value if kind_of_row(row.row, row.columns) else find_identifier_code
        if first and (what := find(code)):
            row.raise_query(_PATIENT_ID, CODE, what)
        for column in row.columns:
            if column != _PATIENT_ID and (what := find_identifier_value(row.shown(column))):
                row.raise_query(column, CODE, what)


def check_record_values(rows: Iterable[RecordRow]) -> None:
    """Raise a query for each field that is read and looks like a direct identifier."""
    seen: set[str] = set()
    for row in rows:
        if row.record not in seen and (what := find_identifier_code(row.text(_RECORD_ID))):
            row.raise_query(_RECORD_ID, CODE, what)
        seen.add(row.record)
        for column in STUDY_FIELDS:
            if column in row.row.values and (what := find_identifier_value(row.text(column))):
                row.raise_query(column, CODE, what)
