"""What a REDCap export must look like: its columns, events and arms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from helpers.errors import InputError
from helpers.ingest.csv_file import CsvRow, read_csv
from helpers.ingest.identifiers import check_record_values, refuse_identifying_fields
from helpers.ingest.queries import Place, QueryLog
from helpers.ingest.redcap_dictionary import FieldSpec, box_names
from helpers.ingest.redcap_rows import COMPLETE, RecordRow
from helpers.ingest.text import clean_text
from helpers.study import (
    INSTRUMENTS,
    REDCAP_EVENTS,
    REDCAP_INFUSION,
    REDCAP_KEYS,
    REPEATING_INSTRUMENT,
    STUDY_FIELDS,
)

# An event as REDCap names it in any project, or the label of one of this study's (Week 4).
_EVENT_NAME = re.compile(
    r"[a-z0-9_]{1,40}_arm_[0-9]{1,2}"
    r"|(?:baseline|infusion|post|screening|follow[ _]?up|visit|week|month|day)"
    r"(?:[ _]?[0-9]{1,3})?(?: ?min)?",
    re.IGNORECASE,
)


def open_export(path: Path, fields: Mapping[str, FieldSpec], log: QueryLog) -> list[RecordRow]:
    """Return the rows of an export whose record is named; the others are excluded.

    Raises
    ------
    InputError
        When the file is no raw export of this study: other columns, events or arms.
    """
    headers, rows = read_csv(path)
    refuse_identifying_fields(path.name, headers, (*REDCAP_KEYS, *STUDY_FIELDS), fields)
    _check_headers(path.name, headers, fields, log)
    log.open_sheet(path.name)
    opened = []
    for row in rows:
        _check_structure(path.name, row)
        record, event, repeat, instance = (clean_text(row.values[name]) for name in REDCAP_KEYS)
        instance = instance if repeat else ""  # only a repeating form has instances
        reader = RecordRow(path.name, row, fields, log, record.lower(), event, repeat, instance)
        log.count_row(reader.place())
        if record:
            opened.append(reader)
        else:
            reader.exclude("key_missing", "no record_id")
    check_record_values(opened)
    return opened


def _check_headers(
    file: str, headers: list[str], fields: Mapping[str, FieldSpec], log: QueryLog
) -> None:
    missing_keys = [name for name in REDCAP_KEYS if name not in headers]
    if missing_keys:
        raise InputError(
            f"{file}, row 1: missing column {', '.join(missing_keys)}; expected a REDCap export "
            f"'CSV / raw data' whose first columns are {', '.join(REDCAP_KEYS)}. A label export, "
            "or a project with another id name, without events or without a repeating form cannot "
            "be read."
        )
    boxes = box_names(fields["comorbid"])
    wanted = dict.fromkeys((*STUDY_FIELDS, *boxes, *COMPLETE))
    missing = [name for name in wanted if name not in headers]
    if missing:
        raise InputError(
            f"{file}, row 1: missing field {', '.join(missing)}; expected the fields of "
            f"{', '.join(INSTRUMENTS)} and their <instrument>_complete."
        )
    known = {*REDCAP_KEYS, *wanted}
    for header in headers:
        if header and header not in known:
            log.raise_query(Place(file, "", 1, header), "extra_column", header)


def _check_structure(file: str, row: CsvRow) -> None:
    event = clean_text(row.values["redcap_event_name"])
    if event not in REDCAP_EVENTS:
        raise InputError(
            f"{file}, row {row.number}, redcap_event_name: expected one of "
            f"{', '.join(REDCAP_EVENTS)}, found {_told(event)}. Export raw data (not labels) of "
            "the study's own arm."
        )
    repeat = clean_text(row.values["redcap_repeat_instrument"])
    if repeat not in {"", REPEATING_INSTRUMENT} or (repeat and event != REDCAP_INFUSION):
        raise InputError(
            f"{file}, row {row.number}, redcap_repeat_instrument: expected nothing, or "
            f"'{REPEATING_INSTRUMENT}' in {REDCAP_INFUSION}; found {_told(repeat)} in {event}."
        )


def _told(text: str) -> str:
    """Return the name of an event or a form as a message may tell it: anything else is a value."""
    if text in INSTRUMENTS or _EVENT_NAME.fullmatch(text):
        return f"'{text}'"
    return "nothing" if not text else "something else, which is not repeated here"
