"""The codebook names every variable of every dataset, and no more."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from helpers.export.datasets.codebook import COLUMNS, list_entries
from helpers.export.datasets.estimates import ESTIMATES
from helpers.export.datasets.make import DERIVED, INTERNAL_DATASETS, TYPED
from helpers.export.datasets.typed import PLACE
from helpers.export.datasets.variables import CELLS, INTERNAL_MARK, Dataset
from helpers.ingest.layout import SHEETS
from helpers.ingest.sources import RAW_TABLES
from helpers.ingest.tables import TABLES
from helpers.study import INSTRUMENTS, PARTS, PHQ9_ITEMS, PROSPECTIVE, REDCAP_KEYS, RETROSPECTIVE
from tests.export.conftest import read_csv

DATASETS = (*INTERNAL_DATASETS, ESTIMATES)


def entries(folder: Path) -> list[dict[str, str]]:
    with (folder / "codebook.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_column_of_every_dataset_and_none_more(exported: Path) -> None:
    listed: dict[str, list[str]] = {}
    for entry in entries(exported):
        listed.setdefault(entry["dataset"], []).append(entry["variable"])
    written = {path.stem: list(read_csv(path).columns) for path in exported.glob("*.csv")
               if path.stem != "codebook"}  # fmt: skip
    assert listed == written


def test_every_entry_is_told_in_words(exported: Path) -> None:
    for entry in entries(exported):
        assert tuple(entry) == COLUMNS
        for name in ("label", "type", "derivation", "dataset_title"):
            assert entry[name], entry
        assert entry["release"] == (
            "as the profile says" if entry["dataset"] == "estimates" else INTERNAL_MARK
        )


def test_the_readable_codebook_lists_the_same(exported: Path) -> None:
    text = (exported / "codebook.md").read_text(encoding="utf-8")
    assert text.startswith(f"# Codebook\n\n**{INTERNAL_MARK}.**")
    found = [line.split(" | ")[0].strip("|` ") for line in text.splitlines()
             if line.startswith("| `")]  # fmt: skip
    assert found == [entry["variable"] for entry in entries(exported)]
    assert [line.split("`")[1] for line in text.splitlines() if line.startswith("## ")] == [
        dataset.name for dataset in DATASETS
    ]


@pytest.mark.parametrize("dataset", (*DERIVED, *TYPED), ids=lambda dataset: dataset.name)
def test_a_derived_variable_names_its_source(dataset: Dataset) -> None:
    made = {"row_id", "part", "infusion", "at_index", "visit", "responder_threshold", "source_row",
            *(variable.name for variable in (*CELLS, *PLACE))}  # fmt: skip
    for entry in list_entries(dataset):
        if entry["variable"] not in made:
            assert entry["source"], entry["variable"]
            assert entry["raw_part_1"] or entry["raw_part_2"], entry["variable"]


def test_raw_columns_exist_and_each_is_used() -> None:
    known = {
        RETROSPECTIVE: {(sheet, column.name) for sheet, columns in SHEETS.items()
                        for column in columns},
        PROSPECTIVE: {("", field) for instrument in INSTRUMENTS.values()
                      for field in instrument.fields} | {("", key) for key in REDCAP_KEYS},
    }  # fmt: skip
    unused = {("", "redcap_repeat_instrument"), ("", "redcap_repeat_instance")}
    for part in PARTS:
        named = {(raw.sheet, column) for raw in RAW_TABLES[part].values()
                 for columns in (*raw.columns.values(), tuple(raw.chosen.values()))
                 for column in columns}  # fmt: skip
        assert named <= known[part]
        assert known[part] - named <= unused
    assert set(PHQ9_ITEMS) <= {column for _, column in known[PROSPECTIVE]}


def test_every_typed_column_has_its_raw_columns() -> None:
    part_1_alone = {"fm_diagnosis_year", "depression"}
    constant = {"part", "source_row", "infusion", "approximate"}
    columns = {spec.name: {column.name for column in spec.columns} for spec in TABLES}
    for table, names in columns.items():
        raw = RAW_TABLES[PROSPECTIVE][table]
        missing = {name for name in names if not raw.raw_columns(name)}
        assert missing <= constant | part_1_alone, table
    for table, raw in RAW_TABLES[RETROSPECTIVE].items():
        missing = {name for name in columns[table] if not raw.raw_columns(name)}
        if table != "patients":
            assert missing <= constant | {"visit"}, table
