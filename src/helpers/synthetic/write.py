"""Writes a synthetic study folder, byte for byte the same for the same seed."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import canonicalize

import openpyxl

from helpers.errors import CallError
from helpers.replacing import Staging, open_staging, replace_outputs
from helpers.settings import is_synthetic, read_study_toml
from helpers.study import (
    CHART_REVIEW_FILE,
    CHART_REVIEW_TABLES,
    DATA_FILES,
    REDCAP_DICTIONARY_FILE,
    REDCAP_RECORDS_FILE,
    STUDY_FILE,
)
from helpers.synthetic.chart_rows import SHEETS, Row
from helpers.synthetic.large import LARGE, large_files
from helpers.synthetic.parameters import Truth
from helpers.synthetic.planted import Planted
from helpers.synthetic.prospective import Cohort, describe_cohort, draw_prospective
from helpers.synthetic.redcap_form import dictionary_csv, record_columns, to_csv
from helpers.synthetic.redcap_rows import RecordRow
from helpers.synthetic.retrospective import Chart, describe_chart, draw_retrospective
from helpers.synthetic.tables import TABLES, table_files

TRUTH_FILE: Final = "truth.json"
DEFAULT_SEED: Final = 20201130
_EPOCH: Final = dt.datetime(2020, 11, 30)
_STUDY_TOML: Final = """\
# Written by `study synth`. No patient stands behind any of these data.
title = "SYNTHETIC DATA: intravenous ketamine infusions for fibromyalgia"
date_order = "dmy"

# Made up like the data: a clinic copies type, title and time frame from its registry record. The
# key is that of an estimate in results.json, with its part or, for both, without.
[[registered_outcome]]
type = "primary"
title = "Reduction of pain on a numerical rating scale from 0 to 10"
time_frame = "From before the infusion to 40 minutes after it (Part 1: as charted)"
key = "short_term.nrs_reduction.mean"

[[registered_outcome]]
type = "primary"
title = "Percentage of pain relief"
time_frame = "Part 1: at the follow-up of the index infusion; Part 2: at week 1"
key = "long_term.relief_pct.mean"

[[registered_outcome]]
type = "primary"
title = "Duration of pain relief"
time_frame = "Part 1: to the last follow-up; Part 2: to week 12"
key = "long_term.relief_days.npmle_median"

[[registered_outcome]]
type = "secondary"
title = "Participants whose pain fell by at least 30 percent"
time_frame = "From before the infusion to 40 minutes after it (Part 1: as charted)"
key = "short_term.responders_30.proportion"

[[registered_outcome]]
type = "secondary"
title = "Participants with any adverse event"
time_frame = "Part 1: at every infusion; Part 2: at the study infusion"
key = "safety.any_ae.proportion"

[[registered_outcome]]
type = "other pre-specified"
title = "Increase of dissociation on the CADSS, from 0 to 92"
time_frame = "From baseline to 40 minutes after the infusion"
key = "prospective.safety.cadss_change.mean"
"""
_ABOUT: Final = (
    "The truth behind a synthetic study. `parameters`: what it was drawn from. Of each patient, "
    "`drawn`: the true values; `rows`: where each row stands, and under `reported` what it says by "
    "the data contract (null: missing, or taken by a planted error; `reported` null: the row must "
    "not be used). `planted`: every error that a reader must hand back; `column` is empty where "
    "the row is meant, `intended` is the value that the error hides."
)


def write_synthetic_study(
    out: Path,
    *,
    seed: int = DEFAULT_SEED,
    retrospective: int = 22,
    prospective: int = 30,
    effect: bool = True,
    truth_file: Path | None = None,
    tables: str = "",
) -> None:
    """Write a synthetic study folder in the clinic's formats, and the truth it was drawn from.

    Parameters
    ----------
    out
        The folder; made where it is missing. Files of an earlier synthetic study are replaced.
    seed
        At least 0; the same seed gives the same bytes on any machine.
    retrospective, prospective
        Number of eligible patients of each part; some who are not eligible come on top. At 0
        the part and its files are left out.
    effect
        False for a drug that does nothing: what is left is regression to the mean.
    truth_file
        Where the truth is written as JSON; by default ``truth.json`` in the folder.
    tables
        ``csv`` or ``parquet`` for a file per sheet of Part 1 in the place of the workbook; empty
        for the workbook, or CSV where a part has more than :data:`helpers.synthetic.large.LARGE`
        patients. In such a study no error is planted, and the truth has no line per patient.

    Raises
    ------
    CallError
        When both parts are left out, a number is negative, or the folder holds study data that
        do not say that they are synthetic.
    """
    _check_call(out, seed, retrospective, prospective)
    truth = Truth() if effect else Truth().without_effect()
    call = {
        "seed": seed,
        "retrospective": retrospective,
        "prospective": prospective,
        "effect": effect,
    } | ({"tables": tables} if tables else {})
    truth_path = truth_file or out / TRUTH_FILE
    if max(retrospective, prospective) > LARGE:
        chart, cohort = None, None
        files = {STUDY_FILE: _STUDY_TOML.encode()} | large_files(
            truth, seed, retrospective, prospective, tables or TABLES[0]
        )
    else:
        chart = draw_retrospective(truth, seed, retrospective) if retrospective else None
        cohort = draw_prospective(truth, seed, prospective) if prospective else None
        files = study_files(chart, cohort, tables)
    with open_staging(out) as study, open_staging(truth_path.parent) as beside:
        study.write(files)
        beside.write({truth_path.name: truth_json(call, truth, chart, cohort)})
        _replace_study(study, beside)


def _replace_study(study: Staging, truth: Staging) -> None:
    """Replace an earlier study whole: a part or the truth of it must not stay beside this one."""
    sets = [(staging, staging.names()) for staging in (study, truth)]
    new = {staging.out.resolve() / name for staging, names in sets for name in names}
    earlier = (*DATA_FILES, TRUTH_FILE) if (study.out / STUDY_FILE).exists() else ()
    removed = [name for name in earlier if study.out.resolve() / name not in new]
    replace_outputs(*sets, removed=removed)


def _check_call(out: Path, seed: int, retrospective: int, prospective: int) -> None:
    if min(seed, retrospective, prospective) < 0:
        raise CallError("the seed and the numbers of patients must be whole numbers of at least 0.")
    if retrospective == prospective == 0:
        raise CallError("0 patients in both parts leave nothing to write; ask for at least 1.")
    if out.exists() and not out.is_dir():
        raise CallError(f"{out}: is a file; expected a folder for the synthetic study.")
    holds_data = any((out / name).exists() for name in DATA_FILES)
    if holds_data and not is_synthetic(read_study_toml(out).get("title", "")):
        raise CallError(
            f"{out}: holds study data whose {STUDY_FILE} does not say SYNTHETIC in its title; "
            "they are not overwritten. Choose another folder."
        )


def study_files(chart: Chart | None, cohort: Cohort | None, tables: str = "") -> dict[str, bytes]:
    """Return the files of a study by name; ``tables`` as in :func:`write_synthetic_study`."""
    files = {STUDY_FILE: _STUDY_TOML.encode()}
    if chart and tables:
        files |= table_files(chart.sheets, tables)
    elif chart:
        files[CHART_REVIEW_FILE] = workbook_bytes(chart.sheets)
    if cohort:
        columns = record_columns()
        files[REDCAP_RECORDS_FILE] = to_csv([columns, *(r.texts(columns) for r in cohort.rows)])
        files[REDCAP_DICTIONARY_FILE] = dictionary_csv()
    return files


# the workbook


def workbook_bytes(sheets: Mapping[str, list[Row]]) -> bytes:
    """Return the chart-review workbook; its bytes depend on its cells alone."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(list(SHEETS[name]))
        for row in rows:
            for position, column in enumerate(SHEETS[name], start=1):
                typed = row.cells[column]
                cell = sheet.cell(row.number, position, typed.value)
                cell.number_format = typed.number_format
    stream = io.BytesIO()
    book.save(stream)
    return _fix_archive(stream.getvalue())


def _fix_archive(archive: bytes) -> bytes:
    """Return a workbook without what differs between machines.

    That is the time of writing, the writer's version, the spelling that an XML library chooses,
    and the compression, which depends on the version of zlib: the parts are stored as they are.
    """
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as fixed,
    ):
        for name in sorted(source.namelist(), key=lambda name: (name[0] != "[", name)):
            entry = zipfile.ZipInfo(name, _EPOCH.timetuple()[:6])
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            fixed.writestr(entry, _fix_part(source.read(name)))
    return target.getvalue()


def _fix_part(content: bytes) -> bytes:
    text = canonicalize(content.decode())
    moment = f"{_EPOCH.isoformat()}Z"
    text = re.sub(r"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rf"\g<1>{moment}", text)
    text = re.sub(r"(<Application>)[^<]*", r"\g<1>openpyxl", text)  # it names its version
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}'.encode()


# the truth


def truth_json(
    call: Mapping[str, object], truth: Truth, chart: Chart | None, cohort: Cohort | None
) -> bytes:
    """Return the truth as JSON: the call, the parameters, every patient, the planted errors."""
    content: dict[str, Any] = {"about": _ABOUT, "call": call, "parameters": asdict(truth)}
    content["planted"] = []
    if chart:
        content["retrospective"] = [describe_chart(patient) for patient in chart.patients]
        content["planted"] += [
            _describe_planted(planted, _file_of(planted, call.get("tables")))
            for planted in chart.planted
        ]
    if cohort:
        content["prospective"] = [describe_cohort(patient) for patient in cohort.patients]
        content["planted"] += [
            _describe_planted(planted, REDCAP_RECORDS_FILE) for planted in cohort.planted
        ]
    return _json_lines(content).encode()


def _json_lines(content: Mapping[str, object]) -> str:
    """Return JSON with a line for each entry of a list or object: a patient, a parameter."""
    parts = []
    for name, value in content.items():
        if isinstance(value, list):
            body = "[\n" + ",\n".join(map(_compact, value)) + "\n]"
        elif isinstance(value, dict):
            entries = (f"{_compact(key)}: {_compact(entry)}" for key, entry in value.items())
            body = "{\n" + ",\n".join(entries) + "\n}"
        else:
            body = _compact(value)
        parts.append(f"{_compact(name)}: {body}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=str)


def _file_of(planted: Planted, tables: object) -> str:
    sheet = planted.row.sheet if isinstance(planted.row, Row) else ""
    return f"{CHART_REVIEW_TABLES[sheet]}.{tables}" if tables else CHART_REVIEW_FILE


def _describe_planted(planted: Planted, file: str) -> dict[str, object]:
    row: Row | RecordRow = planted.row
    return {
        "kind": planted.kind,
        "severity": planted.severity,
        "file": file,
        "sheet": row.sheet if isinstance(row, Row) else "",
        "row": row.number,
        "column": planted.column,
        "patient": row.means("Patient ID") if isinstance(row, Row) else row.record,
        "shown": planted.shown,
        "intended": planted.intended,
    }
