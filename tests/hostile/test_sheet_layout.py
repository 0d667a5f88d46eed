"""Merged cells, hidden rows, filters, total rows, two header rows, empty rows, notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart
from openpyxl.comments import Comment

from helpers.cleaning import open_cleaning
from tests.hostile.tried import (
    Tried,
    both,
    confirm,
    excludes,
    holds,
    ids,
    queried,
    refused,
    survived,
)
from tests.studies import infusions, save, workbook

Change = Callable[[Any], object]
TITLE = "Merged and hidden cells, filters, total rows, two header rows, empty rows, notes"
FOUR = infusions(count=4)
PATIENTS = [{"Patient ID": name} for name in ("R001", "R002", "R003")]


def book(change: Change, sheet: str = "Infusions", **rows: Any) -> Callable[[Path], Path]:
    """Return what saves a workbook of which one sheet is changed."""

    def make(folder: Path) -> Path:
        made = workbook(**({"infusions": FOUR} | rows))
        change(made[sheet])
        return save(made, folder)

    return make


def merge(area: str) -> Change:
    return lambda sheet: sheet.merge_cells(area)


def append(*cells: Any) -> Change:
    return lambda sheet: sheet.append(list(cells))


def put(**cells: Any) -> Change:
    def change(sheet: Any) -> None:
        for place, value in cells.items():
            sheet[place] = value

    return change


def then(*changes: Change) -> Change:
    def change(sheet: Any) -> None:
        for each in changes:
            each(sheet)

    return change


def hide_rows(*rows: int, **how: Any) -> Change:
    def change(sheet: Any) -> None:
        for row in rows:
            sheet.row_dimensions[row].hidden = True
            for name, value in how.items():
                setattr(sheet.row_dimensions[row], name, value)

    return change


def hide_column(letter: str) -> Change:
    return lambda sheet: setattr(sheet.column_dimensions[letter], "hidden", True)


def set_state(state: str) -> Change:
    return lambda sheet: setattr(sheet, "sheet_state", state)


def filter_sheet(sheet: Any) -> None:
    sheet.auto_filter.ref = sheet.dimensions
    sheet.auto_filter.add_filter_column(1, ["1", "2"])


def header_below(sheet: Any) -> None:
    sheet.insert_rows(1)
    sheet["A1"] = "Chart review, infusions"
    sheet.merge_cells("A1:H1")


def split_header(sheet: Any) -> None:
    sheet.insert_rows(2)
    sheet["F1"], sheet["F2"], sheet["G1"], sheet["G2"] = "NRS", "NRS before", None, "NRS after"


def two_rows_per_record(sheet: Any) -> None:
    for row in range(5, 1, -1):
        sheet.insert_rows(row + 1)
    for row in range(2, 10, 2):
        for letter in "ABCDEFGH":
            sheet.merge_cells(f"{letter}{row}:{letter}{row + 1}")


def far_apart(sheet: Any) -> None:
    for row in range(10, 200):
        sheet.cell(row, 16_384, "x")


def totals(*words: str) -> Tried:
    return queried(
        "total rows: " + ", ".join(f"`{word}`" for word in words),
        book(lambda sheet: [sheet.append([word, None, 47]) for word in words], "Patients"),
        "summary_row",
        both(holds("patients", "patient", "r001"), excludes("Patients", summary_row=len(words))),
    )


def patients(*names: str) -> Callable[[Path], Path]:
    rows = [{"Patient ID": name} for name in names]
    return lambda folder: save(workbook(patients=rows, infusions=()), folder)


four_infusions = holds("infusions", "infusion", 1, 2, 3, 4)
three_patients = holds("patients", "patient", "r001", "r002", "r003")

CASES: Sequence[Tried] = (
    queried("patient code merged over the rows of four infusions", book(merge("A2:A5")),
            "merged_cell", both(holds("infusions", "infusion", 1),
                                excludes("Infusions", key_missing=3))),
    queried("pain score merged over two infusions", book(merge("F3:F4")), "merged_cell",
            lambda data: [q.value for q in data.queries] == ["merged with F3 (F3:F4)"]
            and len(data.tables["pain_ratings"]) == 7),
    queried("dose and duration merged in one row", book(merge("D3:E3")), "merged_cell",
            holds("infusions", "dose_mg", 120, 120, 120, 120)),
    survived("each record merged over two rows", book(two_rows_per_record), four_infusions),
    survived("empty cells merged under the table", book(merge("A9:H12")), four_infusions),
    survived("cells merged beside the table", book(merge("K2:M4")), four_infusions),
    refused("title merged over the header row", book(header_below),
            "missing column .* Row 2 holds some of them"),
    refused("header cells merged", book(merge("F1:G1")),
            "missing column 'NRS after'.*Row 1 holds merged cells: unmerge"),
    refused("header split over two rows", book(split_header),
            "missing column 'NRS before', 'NRS after'.*Row 2 holds some of them"),
    queried("header repeated in the middle of the table",
            book(then(append("Patient ID", "Infusion #", "Date", "Dose", "Duration (h)"),
                      append("R001", 5, dt.date(2021, 8, 1), 120, 3.5, 8, 5, "no"))),
            "header_row", both(holds("infusions", "infusion", 1, 2, 3, 4, 5),
                               excludes("Infusions", header_row=1))),
    queried("second header row with units",
            book(then(lambda sheet: sheet.insert_rows(2),
                      put(A2="code", C2="years", D2="F/M", G2="(cm)", H2="kg")), "Patients"),
            "header_row", both(holds("patients", "patient", "r001"),
                               excludes("Patients", header_row=1))),
    queried("rows hidden by hand", book(hide_rows(3, 4)), "hidden_rows", four_infusions),
    queried("rows hidden by a filter", book(then(filter_sheet, hide_rows(4, 5))), "hidden_rows",
            lambda data: data.queries[0].message.endswith("(4 to 5).") and four_infusions(data)),
    queried("rows hidden in a collapsed group", book(hide_rows(3, outlineLevel=1)), "hidden_rows",
            four_infusions),
    queried("column hidden", book(hide_column("F")), "hidden_columns",
            lambda data: data.queries[0].value == "F" and len(data.tables["pain_ratings"]) == 8),
    queried("sheet hidden", book(set_state("hidden")), "hidden_sheet", four_infusions),
    queried("sheet hidden from Excel's own list", book(set_state("veryHidden")), "hidden_sheet",
            four_infusions),
    survived("filter that hides nothing", book(filter_sheet), four_infusions),
    survived("hidden row that is empty", book(hide_rows(20)), four_infusions),
    totals("Total", "TOTAL:", "Grand total", "Subtotal", "Sum", "n", "N", "n=", "n = 20", "Count"),
    totals("Mean", "Average", "Mean ± SD", "Mean (SD)", "SD", "Median", "Median [IQR]", "Min",
           "Max", "Min/Max", "Range"),
    totals("Moyenne", "Somme", "Médiane", "Écart-type", "Totaux", "Nombre"),
    totals("Summe", "Gesamt", "Mittelwert", "Durchschnitt", "Anzahl", "Standardabweichung"),
    totals("Totaal", "Gemiddelde", "Som", "Aantal", "Mediaan"),
    totals("Media", "Suma", "Promedio", "Totale", "Somma", "Mediana", "Soma", "Média"),
    totals("Totalt", "Summa", "Medelvärde", "Gennemsnit", "Gjennomsnitt"),
    queried("total row in each other sheet",
            book(append("Total", 4, None, 480)), "summary_row",
            both(four_infusions, excludes("Infusions", summary_row=1))),
    survived("patient codes that begin like a total: N1, N.01, SUM-01, Mean7, Max 3, Total-2",
             patients("N1", "N.01", "SUM-01", "Mean7", "Max 3", "Total-2"),
             lambda data: len(data.tables["patients"]) == 6),
    survived("patient of whom only the code is known",
             book(append("R002"), "Patients"), holds("patients", "patient", "r001", "r002")),
    queried("note under the table",
            book(append("Weights were taken at the first visit"), "Patients"), "note_row",
            both(holds("patients", "patient", "r001"), excludes("Patients", note_row=1))),
    queried("footnote under the table", book(append("* estimated"), "Patients"), "note_row",
            holds("patients", "patient", "r001")),
    queried("note merged over the whole width and three rows",
            book(then(put(A9="NB: reviewed by two people"), merge("A9:L11")), "Patients"),
            "note_row", both(holds("patients", "patient", "r001"),
                             excludes("Patients", note_row=1))),
    survived("empty rows between and after the rows",
             book(lambda sheet: sheet.insert_rows(3, 2)), four_infusions),
    survived("formatted empty cell in the last row and column that Excel has",
             book(lambda sheet: setattr(sheet["XFD1048576"], "number_format", "0%")),
             four_infusions),
    queried("value in the last row and column that Excel has", book(put(XFD1048576="x")),
            "extra_column key_missing", both(four_infusions,
                                             excludes("Infusions", key_missing=1))),
    refused("values far apart in many rows", book(far_apart),
            "values lie as far apart as column XFD and row 199"),
    queried("column without a header", book(put(K3="x")), "extra_column", four_infusions),
    queried("sheet that the study does not know",
            lambda folder: save(_with_extra_sheet(), folder), "extra_sheet",
            lambda data: len(data.tables["patients"]) == 1),
    survived("comments, links and protection",
             book(then(lambda sheet: setattr(sheet["A2"], "comment", Comment("x", "y")),
                       lambda sheet: setattr(sheet["A3"], "hyperlink", "mailto:x@y.z"),
                       lambda sheet: sheet.protection.enable())), four_infusions),
)  # fmt: skip


def _with_extra_sheet() -> openpyxl.Workbook:
    made = workbook()
    made.create_sheet("Pivot")["A1"] = "Total"
    made.create_chartsheet("Chart").add_chart(BarChart())
    return made


@pytest.mark.parametrize("tried", CASES, ids=ids(CASES))
def test_layout_of_sheets(tried: Tried, tmp_path: Path) -> None:
    confirm(tried, tmp_path / "study")


def test_a_note_is_in_the_data_queries_and_no_patient_s_name(tmp_path: Path) -> None:
    from tests.studies import read

    book(append("Weights were taken at the first visit"), "Patients")(tmp_path)
    (query,) = read(tmp_path).queries
    assert (query.value, query.patient) == ("Weights were taken at the first visit", "")


def test_the_cleaning_notebook_counts_merged_cells_of_a_sheet_named_otherwise(
    tmp_path: Path,
) -> None:
    def change(sheet: Any) -> None:
        sheet.merge_cells("F3:F5")
        sheet.title = " infusions"

    table = open_cleaning(str(book(change)(tmp_path)), "retrospective").raw_columns("Infusions")
    assert table.loc["NRS before", "merged"] == 2
    assert sum(count for count in table.loc["NRS before"] if count != "") == 4
