"""The notebooks: thin, committed without outputs, and running on any study folder."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers import narration
from helpers.cleaning import Cleaning, open_cleaning
from helpers.cohort.uncoded import OTHER
from helpers.errors import RenderError
from helpers.notebooks import execute_notebook, list_notebooks, render_notebook
from helpers.present.notebook_tables import show
from tests.running import code_cells, run_cells
from tests.studies import SAMPLE, infusions, record, save, save_redcap, workbook

NOTEBOOKS = list_notebooks()
CLEANING = {"01_clean_retrospective": "retrospective", "02_clean_prospective": "prospective"}
RESULTS = [notebook for notebook in NOTEBOOKS if notebook.stem not in CLEANING]
WIDGETS = "07_explore"


def prose(notebook: Path) -> list[str]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


def name(notebook: Path) -> str:
    return notebook.stem


def test_there_is_a_notebook_per_question() -> None:
    assert [notebook.stem for notebook in NOTEBOOKS] == [
        *CLEANING, "03_short_term", "04_duration_of_relief", "05_safety", "06_who_responds",
        WIDGETS,
    ]  # fmt: skip


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name)
def test_outputs_are_not_committed(notebook: Path) -> None:
    assert all(cell["outputs"] == [] for cell in code_cells(notebook))
    assert all(cell["execution_count"] is None for cell in code_cells(notebook))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name)
def test_notebooks_hold_no_logic_and_no_result(notebook: Path) -> None:
    code = "\n".join("".join(cell["source"]) for cell in code_cells(notebook))
    assert re.findall(r"^\s*(def|class|for|while|lambda)\b", code, re.MULTILINE) == []
    assert re.findall(r"\b\d+\.\d+\b|\.merge\(|\.join\(", code) == []


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name)
def test_the_folder_is_named_in_one_cell(notebook: Path) -> None:
    sources = ["".join(cell["source"]) for cell in code_cells(notebook)]
    assert [source for source in sources if "data/" in source] == ['data = "../data/synthetic"']


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name)
def test_prose_holds_no_result_and_claims_no_effect(notebook: Path) -> None:
    text = "\n".join(prose(notebook))
    assert re.findall(r"\d+\.\d|\d+ ?%|\bp ?[<=] ?0", text) == []
    assert re.findall(r"effective|significant", text, re.IGNORECASE) == []


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name)
def test_it_opens_with_what_to_know_and_ends_with_what_to_try(notebook: Path) -> None:
    first, last = prose(notebook)[0], prose(notebook)[-1]
    assert "This notebook shows single patients. It is internal: do not hand it out." in first
    assert last.startswith("## What to try next")
    if notebook in RESULTS:
        assert "after an infusion" in " ".join(first.split())
        assert "without a control group" in " ".join(first.split())


# run


@pytest.fixture
def one_analysis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the notebooks of one folder share one analysis: the cells are what is tested."""
    monkeypatch.setattr(narration, "open_notebook", _open_once)
    monkeypatch.chdir(NOTEBOOKS[0].parent)


_open_once = functools.cache(narration.open_notebook)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name)
def test_every_notebook_runs_on_another_folder(notebook: Path) -> None:
    page = render_notebook(notebook, SAMPLE).decode()
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=.https?:", page)
    assert "Traceback" not in page
    # What pandoc cannot show comes out as the name of an object, a table of Quarto as its source.
    assert not re.search(r"object at 0x|IPython\.|VBox\(|&lt;Figure|\{=html\}", page)
    assert page.count("<img") + page.count("<table") >= 2
    assert ("Where every row went" in page) == (notebook.stem in CLEANING)


@pytest.mark.usefixtures("one_analysis")
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name)
def test_every_notebook_runs_on_the_default_folder(notebook: Path) -> None:
    shown = "\n".join(run_cells(notebook))
    assert "{=html}" not in shown
    assert re.findall(r"effective|significant", shown, re.IGNORECASE) == []
    if notebook in RESULTS and notebook.stem != WIDGETS:
        assert "**Synthetic data:**" in shown


def part_1_only(folder: Path) -> Path:
    save(workbook(infusions=infusions(count=4), follow_ups=[{}], events=[{}]), folder)
    return folder


def part_2_only(folder: Path) -> Path:
    return save_redcap(record(("ae", {"ae_term": "nausea"})), folder)


@pytest.mark.usefixtures("one_analysis")
@pytest.mark.parametrize("notebook", RESULTS, ids=name)
@pytest.mark.parametrize(
    ("make", "absent"),
    [(part_1_only, "Part 2, prospective cohort"), (part_2_only, "Part 1, chart review")],
)
def test_a_part_that_is_absent_is_said_to_be(
    notebook: Path, make: Callable[[Path], Path], absent: str, tmp_path: Path
) -> None:
    shown = "\n".join(run_cells(notebook, make(tmp_path)))
    if notebook.stem != WIDGETS:
        assert f"*{absent}: not part of this report.*" in shown
    elif absent.startswith("Part 2"):
        assert f"{absent}: not in this study folder." in shown
    assert "No patient" not in shown and "Synthetic" not in shown


@pytest.mark.usefixtures("one_analysis")
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name)
def test_a_study_of_nobody_has_notebooks_too(notebook: Path, tmp_path: Path) -> None:
    save(workbook(patients=(), infusions=()), tmp_path)
    assert run_cells(notebook, save_redcap([], tmp_path))


@pytest.mark.usefixtures("one_analysis")
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name)
def test_no_notebook_shows_what_people_wrote(notebook: Path, tmp_path: Path) -> None:
    book = workbook(
        patients=[{"Comorbidities": "canary one, canary two"}],
        infusions=[*infusions(count=3), {"Infusion #": 4, "NRS after": "canary score"}],
        follow_ups=[{}, {"Infusion #": 2, "Duration of relief": "canary phrase"}],
        events=[{"Event": "canary event"}, {"Event": "canary other"}, {"Event": "nausea"}],
    )
    term = {"ae_term": "canary term", "ae_severity": "1"}
    folder = save_redcap(record(("ae", term)), save(book, tmp_path))
    shown = "\n".join(run_cells(notebook, folder))
    assert "canary" not in shown.lower()
    assert (OTHER in shown) == (notebook.stem == "05_safety")


def test_a_page_without_python_shows_the_starting_choice(tmp_path: Path) -> None:
    node = execute_notebook(NOTEBOOKS[-1], SAMPLE)
    shown = [output.data for cell in node.cells for output in cell.get("outputs", [])]
    assert "application/vnd.jupyter.widget-view+json" in shown[0]
    assert shown[0]["text/html"].count("<img") == 1
    assert "Outcome known" in shown[0]["text/html"]


def test_a_folder_without_the_part_is_one_message(tmp_path: Path) -> None:
    folder = part_2_only(tmp_path)
    words = r"01_clean_retrospective\.ipynb: .*holds only prospective"
    with pytest.raises(RenderError, match=words):
        execute_notebook(NOTEBOOKS[0], folder)


# what they show


def test_uncoded_events_are_pooled_and_a_patient_counts_once(tmp_path: Path) -> None:
    events = [{"Event": "felt odd"}, {"Event": "felt odder"}, {"Event": "nausea"}, {"Event": None}]
    book = workbook(infusions=infusions(count=4), follow_ups=[{}], events=events)
    results = narration.open_notebook(str(save(book, tmp_path)), n_boot=100).results
    rows = {row["term"]: row for row in results.tables["adverse_events"]["retrospective"]}
    assert rows.keys() == {OTHER, "nausea"}
    assert (rows[OTHER]["patients"], rows[OTHER]["events"]) == (1, 2)
    assert results.get("retrospective.safety.ae.other__uncoded_.proportion").estimate == 1


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
