"""A large synthetic study: no more of 100,000 patients is kept than their rows."""

from __future__ import annotations

import csv
import io
from typing import Final

from helpers.study import REDCAP_DICTIONARY_FILE, REDCAP_RECORDS_FILE
from helpers.synthetic.chart_rows import SHEETS, Row
from helpers.synthetic.parameters import Truth
from helpers.synthetic.prospective import draw_cohort_patients
from helpers.synthetic.redcap_form import dictionary_csv, record_columns
from helpers.synthetic.retrospective import draw_chart_patients
from helpers.synthetic.tables import table_files

LARGE: Final = 2_000
"""Patients of a part above which planting errors takes long and a workbook is slow to read."""


def large_files(
    truth: Truth, seed: int, retrospective: int, prospective: int, ending: str
) -> dict[str, bytes]:
    """Return the raw files by name: table files and the export, without planted errors.

    Parameters
    ----------
    truth
        What the patients are drawn from.
    seed
        Of the random numbers; a patient is the same as in a small study of that seed.
    retrospective, prospective
        Number of eligible patients of each part; at 0 its files are left out.
    ending
        One of :data:`helpers.synthetic.tables.TABLES`.
    """
    files: dict[str, bytes] = {}
    if retrospective:
        files |= table_files(_sheets(truth, seed, retrospective), ending)
    if prospective:
        files[REDCAP_RECORDS_FILE] = _records(truth, seed, prospective)
        files[REDCAP_DICTIONARY_FILE] = dictionary_csv()
    return files


def _sheets(truth: Truth, seed: int, eligible: int) -> dict[str, list[Row]]:
    sheets: dict[str, list[Row]] = {sheet: [] for sheet in SHEETS}
    for patient in draw_chart_patients(truth, seed, eligible):
        for row in patient.rows:
            sheets[row.sheet].append(row)
    return sheets


def _records(truth: Truth, seed: int, eligible: int) -> bytes:
    columns = record_columns()
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for patient in draw_cohort_patients(truth, seed, eligible):
        writer.writerows(row.texts(columns) for row in patient.rows)
    return stream.getvalue().encode()
