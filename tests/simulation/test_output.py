"""The files of a simulation: every number of the page is one of ``simulation.json``."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from helpers.simulation.coverage_figure import SHOWN, plot_coverage
from helpers.simulation.keys import KEYS
from helpers.simulation.rows import read_schema
from helpers.simulation.words import as_markdown
from tests.simulation.runs import FILES


@pytest.fixture(scope="module")
def content(whole: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((whole / "simulation.json").read_text(encoding="utf-8"))
    return read


def test_what_is_written(whole: Path, content: dict[str, Any]) -> None:
    jsonschema.validate(content, read_schema())
    assert {path.name for path in whole.iterdir()} >= {*FILES, "checkpoints"}
    assert content["provenance"]["seed"] == 6916403
    assert content["provenance"]["truths"] == ["stated", "no_change"]
    assert [row["key"] for row in content["rows"]] == [key.key for key in KEYS] * 4
    assert {row["replicates"] for row in content["rows"]} == {4500}


def test_the_schema_refuses_what_is_no_share(content: dict[str, Any]) -> None:
    wrong = content | {"rows": [content["rows"][0] | {"coverage": 95.0}]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, read_schema())


def test_the_table_holds_the_rows(whole: Path, content: dict[str, Any]) -> None:
    with (whole / "simulation.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    expected = [
        {name: "" if value is None else str(value) for name, value in row.items()}
        for row in content["rows"]
    ]
    assert rows == expected


def test_the_page_tells_what_a_rejection_is(content: dict[str, Any]) -> None:
    page = as_markdown(content)
    stated, nothing = page.split("## `no_change`")
    assert "single-arm" in stated
    assert "rejections (power) %, n = 20" in stated
    assert "each rejection is a false positive" in nothing
    assert "significant" not in page
    assert "effective" not in page
    row = next(row for row in content["rows"] if row["key"] == "short_term.nrs_reduction.mean")
    assert f"{row['bias']:+.3f} ± {row['bias_mcse']:.3f}" in page
    assert f"{100 * row['coverage']:.1f} ± {100 * row['coverage_mcse']:.1f}" in page


def test_the_page_does_not_tell_coverage_of_a_handful(content: dict[str, Any]) -> None:
    rows = [row for row in content["rows"] if row["key"] == "long_term.relief_days.survival_84"]
    page = as_markdown(content)
    line = next(line for line in page.splitlines() if line.startswith("| relief beyond day 84"))
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    for row, cell in zip(rows[:2], cells[5:7], strict=True):
        intervals = row["replicates"] - row["without_interval"]
        assert intervals < row["replicates"] / 2
        assert cell == "–" if intervals < 100 else cell.startswith("(")
    nothing = page.split("## `no_change`")[1]
    assert "100 % / 100 %" in nothing


def test_the_figure_draws_what_was_found(content: dict[str, Any]) -> None:
    figure = plot_coverage(content)
    stated, nothing = figure.axes
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["stated", "no_change"]
    drawn = {c.get_label(): c.lines[0].get_ydata().tolist() for c in stated.containers}
    for key, (label, _, _) in SHOWN.items():
        rows = [r for r in content["rows"] if r["key"] == key and r["truth_name"] == "stated"]
        assert drawn[label] == [100 * row["coverage"] for row in rows]
    few = next(c for c in nothing.containers if c.get_label() == "relief beyond day 14")
    assert few.lines[0].get_ydata().tolist() == []  # nearly no study has an interval there
    assert stated.get_legend_handles_labels()[1][0] == "93–97 %"
