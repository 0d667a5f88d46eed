"""The notebooks: thin, committed without outputs, and running on any study folder."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from helpers.cleaning import Cleaning, open_cleaning
from helpers.errors import RenderError
from helpers.notebooks import execute_notebook, list_notebooks, render_notebook
from helpers.present.notebook_tables import show
from tests.studies import SAMPLE, record, save_redcap

NOTEBOOKS = list_notebooks()


def code_cells(notebook: Path) -> list[dict[str, object]]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def test_the_cleaning_notebooks_are_there() -> None:
    names = [notebook.stem for notebook in NOTEBOOKS]
    assert names[:2] == ["01_clean_retrospective", "02_clean_prospective"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_outputs_are_not_committed(notebook: Path) -> None:
    assert all(cell["outputs"] == [] for cell in code_cells(notebook))
    assert all(cell["execution_count"] is None for cell in code_cells(notebook))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_notebooks_hold_no_logic_and_no_result(notebook: Path) -> None:
    code = "\n".join("".join(cell["source"]) for cell in code_cells(notebook))
    assert re.findall(r"^\s*(def|class|for|while|lambda)\b", code, re.MULTILINE) == []
    assert re.findall(r"\b\d+\.\d+\b|\.merge\(|\.join\(", code) == []


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_the_folder_is_named_in_one_cell(notebook: Path) -> None:
    sources = ["".join(cell["source"]) for cell in code_cells(notebook)]
    assert [source for source in sources if "data/" in source] == ['data = "../data/synthetic"']


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_every_notebook_runs_on_another_folder(notebook: Path, tmp_path: Path) -> None:
    page = render_notebook(notebook, tmp_path, SAMPLE).read_text(encoding="utf-8")
    assert "Where every row went" in page
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=.https?:", page)


def test_the_default_folder_is_there() -> None:
    node = execute_notebook(NOTEBOOKS[0])
    assert all(cell.get("execution_count") for cell in node.cells if cell.cell_type == "code")


def test_a_folder_without_the_part_is_one_message(tmp_path: Path) -> None:
    folder = save_redcap(record(), tmp_path)
    words = r"01_clean_retrospective\.ipynb: .*holds only prospective"
    with pytest.raises(RenderError, match=words):
        execute_notebook(NOTEBOOKS[0], folder)


# what they show


@pytest.fixture(scope="module")
def cleaning() -> Cleaning:
    return open_cleaning(str(SAMPLE), "retrospective")


def test_raw_cells_are_counted_by_kind(cleaning: Cleaning) -> None:
    table = cleaning.raw_columns("Infusions")
    assert table.loc["NRS before", "date"] == 1
    assert sum(count for count in table.loc["NRS before"] if count != "") == 144


def test_the_accounting_adds_up(cleaning: Cleaning) -> None:
    total = cleaning.accounting().iloc[-1]
    parts = total[["used", "with a warning", "in part", "excluded"]].sum()
    assert total["read"] == parts == 27 + 144 + 137 + 87


def test_the_analysis_set_has_a_row_per_eligible_patient(cleaning: Cleaning) -> None:
    assert len(cleaning.analysis_set()) == 22
    assert len(cleaning.excluded()) == 5


def test_errors_show_places_and_no_value(cleaning: Cleaning) -> None:
    assert "value" not in cleaning.errors().columns
    assert len(cleaning.errors()) == 10


def test_a_table_is_shown_whole() -> None:
    open_part_2 = open_cleaning(str(SAMPLE), "prospective")
    html = show(open_part_2.raw_events()).as_raw_html()
    assert all(event in html for event in open_part_2.raw_events()["event"])
