"""The exported datasets: complete, typed, the same twice, marked, and free of anybody's words."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from helpers.cli import main
from helpers.cohort.read import read_cohorts
from helpers.cohort.uncoded import OTHER, pool_uncoded_events
from helpers.export.datasets.estimates import ESTIMATES, estimate_rows
from helpers.export.datasets.make import INTERNAL_DATASETS, TYPED, derive_datasets, name_files
from helpers.export.datasets.tidy import as_csv, as_parquet
from helpers.export.datasets.variables import Dataset, define
from helpers.ingest.tables import TABLES
from helpers.results import Results
from tests.export.conftest import read_csv
from tests.studies import DATA, SAMPLE, infusions, record, save, save_redcap, workbook

SYNTHETIC = Path(__file__).parents[2] / "data" / "synthetic"
DATASETS = (*INTERNAL_DATASETS, ESTIMATES)


def small(folder: Path) -> Path:
    """A study of one patient in either part, with words that nobody may read outside the clinic."""
    book = workbook(
        patients=[{"Comorbidities": "canary one; canary two"}],
        infusions=infusions(count=4),
        follow_ups=[{"Infusion #": 4, "Follow-up date": dt.date(2021, 6, 1)}],
        events=[{"Event": "canary event"}, {"Infusion #": 4, "Event": "dizzy"}],
    )
    save(book, folder)
    rows = record(("ae", {"ae_term": "canary term", "ae_serious": "0"}), name="=1")
    return save_redcap(rows, folder)


@pytest.fixture(scope="module")
def small_export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("small")
    out = base / "out"
    call = ["export", "datasets", str(small(base / "data")), "--out", str(out)]
    assert main([*call, "-P", "n_boot=100"]) == 0
    return out


def test_every_dataset_is_there_in_both_forms(exported: Path) -> None:
    wanted = {"INTERNAL.txt", "codebook.csv", "codebook.md", *name_files(DATASETS)}
    assert {path.name for path in exported.iterdir()} == wanted
    assert {dataset.name for dataset in TYPED} == {spec.name for spec in TABLES}


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_csv_and_parquet_hold_the_same_values(exported: Path, dataset: Dataset) -> None:
    plain = pq.read_table(exported / f"{dataset.name}.parquet")
    text = read_csv(exported / f"{dataset.name}.csv")
    assert plain.column_names == list(text.columns)
    assert len(text) == plain.num_rows > 0
    for variable in dataset.variables:
        values = plain.column(variable.name).to_pylist()
        assert [_as_read(value) for value in values] == _from_csv(text[variable.name]), variable


def _as_read(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return float(value) if isinstance(value, bool | int | float) else value


def _from_csv(column: pd.Series) -> list[Any]:
    words = {True: 1.0, False: 0.0, "true": 1.0, "false": 0.0, "True": 1.0, "False": 0.0}
    return [None if pd.isna(value) else float(value) if isinstance(value, int | float)
            else words.get(value, value) for value in column.tolist()]  # fmt: skip


def test_the_same_study_gives_the_same_bytes(exported: Path, tmp_path: Path) -> None:
    call = ["export", "datasets", str(SAMPLE), "--out", str(tmp_path), "-P", "n_boot=100"]
    assert main(call) == 0
    for path in exported.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_parquet_columns_carry_label_unit_and_mark(exported: Path) -> None:
    schema = pq.read_schema(exported / "adsl.parquet")
    assert schema.metadata[b"notice"] == b"INTERNAL: not for release"
    assert schema.field("nrs_reduction").metadata == {
        b"label": b"reduction of pain", b"unit": b"points"
    }  # fmt: skip
    assert b"notice" not in pq.read_schema(exported / "estimates.parquet").metadata


def test_no_words_of_anybody_are_exported(small_export: Path) -> None:
    for path in small_export.iterdir():
        assert b"canary" not in path.read_bytes(), path.name
    events = read_csv(small_export / "adverse_events.csv")
    assert sorted(events["term"]) == ["dizziness", OTHER, OTHER]
    patients = read_csv(small_export / "patients.csv").set_index("part")
    assert patients.loc["retrospective", "comorbidities"] == 2


def test_a_text_is_no_formula_and_parquet_keeps_it_as_it_is(small_export: Path) -> None:
    assert set(read_csv(small_export / "adsl.csv")["patient"]) == {"r001", "'=1"}
    kept = pq.read_table(small_export / "adsl.parquet").column("patient").to_pylist()
    assert kept == ["r001", "=1"]


def test_a_part_that_is_absent_has_no_rows(tmp_path: Path) -> None:
    folder = save_redcap(record(), tmp_path / "data")
    out = tmp_path / "out"
    assert main(["export", "datasets", str(folder), "--out", str(out), "-P", "n_boot=100"]) == 0
    assert set(read_csv(out / "adsl.csv")["part"]) == {"prospective"}
    assert read_csv(out / "adtte.csv").empty
    assert pq.read_table(out / "adtte.parquet").schema.names == list(
        read_csv(out / "adtte.csv").columns
    )


FOLDERS = [SYNTHETIC, *sorted((DATA / "reference").iterdir())]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_study_folder_has_datasets_that_are_valid(folder: Path) -> None:
    study = pool_uncoded_events(read_cohorts(folder))
    tables = {dataset.name: table for dataset, table in derive_datasets(study).items()}
    for part, cohort in study.cohorts.items():
        rows = {name: int((table["part"] == part).sum()) for name, table in tables.items()}
        assert rows["adsl"] == cohort.eligibility.screened
        assert rows["adinf"] == len(cohort.of_eligible("infusions"))
        for dataset in TYPED:
            assert rows[dataset.name] == len(cohort.tables[dataset.name])


# release


def release(data: Path, out: Path) -> int:
    call = ["export", "datasets", str(data), "--out", str(out)]
    return main([*call, "-P", "n_boot=100", "-P", "profile=release"])


def test_a_release_holds_the_estimates_alone(tmp_path: Path) -> None:
    assert release(SAMPLE, tmp_path) == 0
    names = {"estimates.csv", "estimates.parquet", "codebook.csv", "codebook.md"}
    assert {path.name for path in tmp_path.iterdir()} == names
    with (tmp_path / "codebook.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert {row["dataset"] for row in csv.DictReader(stream)} == {"estimates"}
    assert "INTERNAL" not in (tmp_path / "codebook.md").read_text(encoding="utf-8")
    estimates = read_csv(tmp_path / "estimates.csv")
    assert not set(estimates["n"].dropna()) & {1, 2, 3, 4}


@pytest.mark.parametrize("name", ["INTERNAL.txt", "adsl.parquet", "data_queries.csv"])
def test_a_release_lies_beside_no_row_of_a_patient(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text("rows")
    assert release(SAMPLE, tmp_path) == 2
    assert f"holds {name}" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_no_other_release_is_written_beside_the_datasets(
    exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["analyse", str(SAMPLE), "--out", str(exported), "-P", "profile=release"]
    assert main([*call, "-P", "n_boot=100"]) == 2
    assert "holds INTERNAL.txt" in capsys.readouterr().err


# estimates


def test_estimates_are_the_results_row_by_row(exported: Path, results: Results) -> None:
    table = pq.read_table(exported / "estimates.parquet").to_pylist()
    by_key = {row.pop("key"): row for row in table}
    pooled = {key for key in results.estimates if ".safety.ae." in key}
    assert set(results.estimates) - pooled <= set(by_key)
    for key in set(results.estimates) - pooled:
        wanted = results.get(key).as_json()
        wanted |= {"unit": wanted["unit"] or None}
        wanted.pop("key")
        found = by_key[key]
        assert {name: found[name] for name in wanted} == wanted, key
        assert all(found[name] is None for name in set(found) - set(wanted)), key


def test_a_field_without_a_label_is_a_defect(results: Results) -> None:
    estimate = next(iter(results.estimates.values()))
    changed = type(results)(
        results.provenance, results.accounting,
        {estimate.key: type(estimate)(**{
            name: getattr(estimate, name) for name in estimate.__dataclass_fields__
        } | {"further": {"surprise": 1}})},
        results.tables, results.curves,
    )  # fmt: skip
    with pytest.raises(ValueError, match=r"without a label.*surprise"):
        estimate_rows(changed)


# bytes


def test_values_of_each_type_as_bytes() -> None:
    variables = tuple(
        define(name, type_, "label", "derivation")
        for name, type_ in (("text", "text"), ("flag", "yes/no"), ("count", "whole number"),
                            ("number", "number"), ("day", "date"))
    )  # fmt: skip
    dataset = Dataset("x", "X", "one row", ("text",), variables)
    table = dataset.table.build(
        [
            {"text": "=1+1", "flag": True, "count": 3, "number": 0.1 + 0.2,
             "day": dt.datetime(2021, 3, 4)},
            {"text": "plain"},
        ]
    )  # fmt: skip
    assert as_csv(dataset, table).decode("utf-8-sig") == (
        "text,flag,count,number,day\n'=1+1,true,3,0.30000000000000004,2021-03-04\nplain,,,,\n"
    )
    assert as_parquet(dataset, table) == as_parquet(dataset, table.copy())
