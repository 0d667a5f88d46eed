"""What the cleaning notebooks call: one part of a study folder, step by step, as tables.

Raw cells are shown by kind and number only: free text stays in the data queries.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd
from openpyxl.utils import get_column_letter

from helpers.analysis.describe import describe_eligibility
from helpers.cohort.analysis_sets import Cohort
from helpers.cohort.read import CleanStudy, read_cohorts
from helpers.ingest.chart_files import read_chart_sheets
from helpers.ingest.codes import CODES
from helpers.ingest.csv_file import read_csv
from helpers.ingest.identifier_values import show_code
from helpers.ingest.layout import SHEETS
from helpers.ingest.text import normalise_header
from helpers.ingest.workbook import Cell, Sheet
from helpers.present.origin import origin_of, tabulate_origin
from helpers.study import (
    MISSING_WORDS,
    REDCAP_KEYS,
    REDCAP_MISSING,
    REDCAP_RECORDS_FILE,
    RELATEDNESS,
    SEVERITIES,
)

_KINDS: Final = ("number", "text", "date", "time", "boolean", "error", "formula", "merged",
                 "missing")  # fmt: skip
_MASK: Final = "(as written)"
_WORDS: Final = {"sex": ("female", "male"), "severity": SEVERITIES, "related": RELATEDNESS}


def open_cleaning(data: str, part: str) -> Cleaning:
    """Read one part of a study folder for a cleaning notebook.

    Raises
    ------
    StudyError
        When the folder, or that part of it, cannot be read.
    """
    return Cleaning(Path(data), part, read_cohorts(Path(data), {"part": part}))


@dataclass(frozen=True, slots=True)
class Cleaning:
    """One part of a study folder: what was raw, what it became, and what is to be corrected."""

    folder: Path
    part: str
    study: CleanStudy

    @property
    def cohort(self) -> Cohort:
        """The cohort of this part."""
        return self.study.cohorts[self.part]

    def raw_sheets(self) -> pd.DataFrame:
        """Return the sheets of the workbook with their rows and columns."""
        return pd.DataFrame(
            [
                {
                    "sheet": _known_sheet(sheet),
                    "rows": len(sheet.rows),
                    "columns": len(sheet.headers),
                }
                for sheet in self._sheets()
            ]
        )

    def raw_columns(self, sheet: str) -> pd.DataFrame:
        """Return for each column of a sheet how many cells of each kind it holds."""
        found = next(item for item in self._sheets() if _known_sheet(item) == sheet)
        kinds = [
            Counter(_kind(row.cells[position]) for row in found.rows)
            for position in range(len(found.headers))
        ]
        table = pd.DataFrame(kinds, index=_known_headers(found))
        shown = [kind for kind in _KINDS if kind in table.columns]
        return table.reindex(columns=shown).astype("Int64").astype(object).where(
            table[shown].notna(), ""
        )  # fmt: skip

    def raw_events(self) -> pd.DataFrame:
        """Return the REDCap events with their rows, and how many fields are filled in them."""
        headers, rows = read_csv(self.folder / REDCAP_RECORDS_FILE)
        fields = [header for header in headers if header not in REDCAP_KEYS]
        filled = pd.DataFrame(
            [
                {
                    "event": row.values["redcap_event_name"],
                    "repeating": row.values["redcap_repeat_instrument"],
                    "rows": 1,
                    "values": sum(row.values[f].strip() not in REDCAP_MISSING for f in fields),
                }
                for row in rows
            ],
            columns=["event", "repeating", "rows", "values"],
        )
        return filled.groupby(["event", "repeating"], sort=False).sum().reset_index()

    def typed_sizes(self) -> pd.DataFrame:
        """Return how many records each typed table holds."""
        sizes = {name: len(self.study.data.table(name, self.part))
                 for name in self.study.data.tables}  # fmt: skip
        return pd.DataFrame({"table": sizes.keys(), "records": sizes.values()})

    def typed(self, name: str, rows: int = 5) -> pd.DataFrame:
        """Return the first records of a typed table; uncoded adverse events are masked."""
        table = self.study.data.table(name, self.part).head(rows)
        if "coded" in table:
            table = table.assign(term=table["term"].where(table["coded"].astype(bool), _MASK))
        for column, words in _WORDS.items():
            if column in table:
                is_own = table[column].notna() & ~table[column].isin(words)
                table = table.assign(**{column: table[column].mask(is_own, _MASK)})
        table = table.assign(patient=table["patient"].map(show_code))
        return table.drop(columns="part").dropna(axis="columns", how="all")

    def queries_by_kind(self) -> pd.DataFrame:
        """Return the data queries by severity and kind, the most frequent first."""
        counts = Counter((query.severity, query.code) for query in self.study.data.queries)
        rows = [
            {"severity": severity, "what was found": CODES[code].describe(), "queries": count}
            for (severity, code), count in counts.most_common()
        ]
        table = pd.DataFrame(rows, columns=["severity", "what was found", "queries"])
        return table.sort_values("severity", kind="stable").reset_index(drop=True)

    def errors(self) -> pd.DataFrame:
        """Return where the errors are and what to do; the values are in ``data_queries.xlsx``."""
        columns = ["sheet", "row", "column", "patient", "message", "action"]
        rows = [
            {name: getattr(query, name) for name in columns}
            | {"patient": show_code(query.patient), "message": CODES[query.code].describe()}
            for query in self.study.data.queries
            if query.severity == "error"
        ]
        return pd.DataFrame(rows, columns=columns)

    def criteria(self) -> pd.DataFrame:
        """Return every criterion with who fails it first, who fails it, and not documented."""
        names = {"asks": "criterion", "first_failed": "first reason", "failed": "all who fail",
                 "not_documented": "not documented"}  # fmt: skip
        rows = describe_eligibility(self.cohort)
        return pd.DataFrame(rows)[list(names)].rename(columns=names)

    def excluded(self) -> pd.DataFrame:
        """Return the answers of every patient who is not eligible."""
        answers = self.cohort.eligibility.answers
        return _show_codes(answers[~answers.index.isin(self.cohort.eligible)])

    def analysis_set(self) -> pd.DataFrame:
        """Return what each eligible patient contributes at the index infusion."""
        return _show_codes(self.cohort.index.drop(columns=["basis"]))

    def completeness(self) -> pd.DataFrame:
        """Return how many eligible patients have each value of the analysis set."""
        known = self.analysis_set().notna().sum()
        return pd.DataFrame({"value": known.index, "patients": known.to_numpy(),
                             "of": len(self.cohort.eligible)})  # fmt: skip

    def accounting(self) -> pd.DataFrame:
        """Return what became of every row; read = used + with a warning + in part + excluded."""
        rows = [
            {
                "sheet or file": account.sheet or account.file,
                "read": account.rows,
                "used": account.used,
                "with a warning": account.used_with_warning,
                "in part": account.used_in_part,
                "excluded": sum(account.excluded.values()),
                "reasons": "; ".join(f"{why}: {n}" for why, n in account.excluded.items()),
            }
            for account in self.study.data.accounts
        ]
        table = pd.DataFrame(rows)
        total = table[["read", "used", "with a warning", "in part", "excluded"]].sum()
        return pd.concat([table, pd.DataFrame([{"sheet or file": "all", **total, "reasons": ""}])],
                         ignore_index=True)  # fmt: skip

    def origin(self) -> pd.DataFrame:
        """Return code, data, parameters and packages behind what is shown."""
        return tabulate_origin(origin_of(self.study))

    def _sheets(self) -> list[Sheet]:
        return read_chart_sheets(self.folder)


def _known_sheet(sheet: Sheet) -> str:
    names = {normalise_header(name): name for name in SHEETS}
    return names.get(normalise_header(sheet.name), "(another sheet)")


def _known_headers(sheet: Sheet) -> list[str]:
    """Return the headers that the study knows; another may be anybody's words."""
    columns = SHEETS.get(_known_sheet(sheet), ())
    names = {normalise_header(column.name): column.name for column in columns}
    return [
        names.get(normalise_header(header), f"(column {get_column_letter(position)}, not read)")
        for position, header in enumerate(sheet.headers, start=1)
    ]


def _show_codes(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with a row per patient, codes that are none masked."""
    return table.set_axis(table.index.map(show_code).rename(table.index.name))


def _kind(cell: Cell) -> str:
    is_missing = cell.kind == "empty" or cell.text in MISSING_WORDS
    return "missing" if is_missing else cell.kind
