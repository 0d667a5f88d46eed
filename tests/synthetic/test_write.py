"""The folder: same bytes for the same seed, one part alone, nobody's data overwritten."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from helpers.errors import CallError
from helpers.settings import resolve_settings
from helpers.study import CHART_REVIEW_TABLE_FILES, CHART_REVIEW_TABLES, DATA_FILES
from helpers.synthetic import Truth, write_synthetic_study
from helpers.synthetic import write as write_module

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "data" / "synthetic"
SMALL: dict[str, Any] = {"retrospective": 3, "prospective": 4}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def write(folder: Path, **options: Any) -> dict[str, bytes]:
    write_synthetic_study(folder, **options)
    return contents(folder)


def truth_of(folder: Path) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return truth


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    assert write(tmp_path / "a", **SMALL) == write(tmp_path / "b", **SMALL)


@pytest.mark.parametrize("setting", [{"PYTHONHASHSEED": "1"}, {"LC_ALL": "de_DE.UTF-8",
                                     "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "2"}])  # fmt: skip
def test_the_bytes_depend_on_no_setting_of_the_machine(
    tmp_path: Path, setting: dict[str, str]
) -> None:
    here = write(tmp_path / "here", **SMALL)
    program = (
        "import locale, sys; from pathlib import Path; "
        "from helpers.synthetic import write_synthetic_study; "
        "write_synthetic_study(Path(sys.argv[1]), retrospective=3, prospective=4)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "there")]
    subprocess.run(command, check=True, env=os.environ | setting)
    assert contents(tmp_path / "there") == here


def test_another_seed_gives_other_data(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a", **SMALL), write(tmp_path / "b", **SMALL, seed=1)
    differing = {name for name in first if first[name] != second[name]}
    assert differing == {"chart_review.xlsx", "redcap_records.csv", "truth.json"}


def test_one_part_alone_is_the_same_as_beside_the_other(tmp_path: Path) -> None:
    both = write(tmp_path / "both", **SMALL)
    part_1 = write(tmp_path / "1", retrospective=3, prospective=0)
    part_2 = write(tmp_path / "2", retrospective=0, prospective=4)
    assert set(part_1) == {"chart_review.xlsx", "study.toml", "truth.json"}
    assert set(part_2) == {
        "redcap_dictionary.csv", "redcap_records.csv", "study.toml", "truth.json",
    }  # fmt: skip
    for part in (part_1, part_2):
        for name in set(part) - {"truth.json"}:
            assert part[name] == both[name]


def test_a_part_of_an_earlier_study_does_not_stay(tmp_path: Path) -> None:
    write(tmp_path, **SMALL)
    assert "redcap_records.csv" not in write(tmp_path, retrospective=3, prospective=0)


def test_the_truth_goes_where_it_is_wanted(tmp_path: Path) -> None:
    truth = tmp_path / "elsewhere" / "truth.json"
    files = write(tmp_path / "study", **SMALL, truth_file=truth)
    assert set(files) == set(DATA_FILES) - set(CHART_REVIEW_TABLE_FILES)
    assert json.loads(truth.read_text(encoding="utf-8"))["call"]["seed"] == 20201130


def test_the_truth_holds_parameters_and_drawn_values(tmp_path: Path) -> None:
    write(tmp_path, **SMALL)
    truth = truth_of(tmp_path)
    assert truth["parameters"]["nrs_icc"] == Truth().nrs_icc
    for part, count in SMALL.items():
        eligible = [patient for patient in truth[part] if patient["eligible"]]
        assert len(eligible) == count
        assert 5 <= len(truth[part]) - count <= 8
        assert len({tuple(p["fails"]) for p in truth[part]}) == len(truth[part]) - count + 1
    infusion = truth["retrospective"][0]["drawn"]["infusions"][0]
    assert {"nrs_before", "nrs_after", "reduction", "relief_days", "relief_pct"} <= set(infusion)


def test_without_effect_the_truth_says_so(tmp_path: Path) -> None:
    write(tmp_path, **SMALL, effect=False)
    truth = truth_of(tmp_path)
    assert truth["call"]["effect"] is False
    assert truth["parameters"]["reduction_mean"] == 0


def test_the_folder_says_that_it_is_synthetic(tmp_path: Path) -> None:
    write(tmp_path, **SMALL)
    settings = resolve_settings(tmp_path)
    assert settings.synthetic
    assert "SYNTHETIC" in settings.title


@pytest.mark.parametrize("name", ["chart_review.xlsx", "redcap_records.csv"])
def test_data_that_may_be_real_are_not_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"real")
    with pytest.raises(CallError, match="not overwritten"):
        write_synthetic_study(tmp_path, **SMALL)
    assert contents(tmp_path) == {name: b"real"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"retrospective": 0, "prospective": 0}, "nothing to write"),
        ({"retrospective": -1}, "at least 0"),
        ({"seed": -1}, "at least 0"),
    ],
)
def test_an_impossible_call_is_refused(
    tmp_path: Path, options: dict[str, int], message: str
) -> None:
    with pytest.raises(CallError, match=message):
        write_synthetic_study(tmp_path, **options)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(CallError, match="is a file"):
        write_synthetic_study(tmp_path / "out", **SMALL)


def test_the_smallest_studies_can_be_written(tmp_path: Path) -> None:
    assert "chart_review.xlsx" in write(tmp_path / "a", retrospective=1, prospective=1)
    assert "redcap_records.csv" in write(tmp_path / "b", retrospective=0, prospective=1)


def test_the_workbook_opens_with_its_four_sheets(tmp_path: Path) -> None:
    write(tmp_path, **SMALL)
    book = openpyxl.load_workbook(tmp_path / "chart_review.xlsx")
    assert book.sheetnames == ["Patients", "Infusions", "Follow-ups", "Adverse events"]
    assert book.properties.created.year == book.properties.modified.year == 2020


def test_the_dictionary_has_redcaps_columns(tmp_path: Path) -> None:
    write(tmp_path, **SMALL)
    sample = ROOT / "tests" / "data" / "sample" / "redcap_dictionary.csv"
    lines = (tmp_path / "redcap_dictionary.csv").read_text(encoding="utf-8").splitlines()
    expected = sample.read_text(encoding="utf-8").splitlines()
    assert lines[0] == expected[0]
    assert [line.split(",")[:2] for line in lines] == [line.split(",")[:2] for line in expected]


def test_the_committed_study_is_what_the_generator_writes(tmp_path: Path) -> None:
    assert write(tmp_path / "now") == contents(COMMITTED)


def test_a_large_study_is_the_same_patients_in_table_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "small", **SMALL, tables="csv")
    monkeypatch.setattr(write_module, "LARGE", 3)
    large = write(tmp_path / "large", **SMALL)
    assert {name for name in large if name.startswith("chart_review")} == {
        f"{stem}.csv" for stem in CHART_REVIEW_TABLES.values()
    }
    for name in ("chart_review_patients.csv", "redcap_records.csv"):
        small, lines = ((tmp_path / size / name).read_text().splitlines()
                        for size in ("small", "large"))  # fmt: skip
        assert len(set(small) & set(lines)) > 0.6 * len(lines), "all but what was planted"
    truth = truth_of(tmp_path / "large")
    assert truth["planted"] == []
    assert "retrospective" not in truth
    assert truth["parameters"] == truth_of(tmp_path / "small")["parameters"]


def test_the_truth_names_the_table_file_of_a_planted_error(tmp_path: Path) -> None:
    write(tmp_path, **SMALL, tables="parquet")
    files = {planted["file"] for planted in truth_of(tmp_path)["planted"]}
    assert files <= {*CHART_REVIEW_TABLE_FILES, "redcap_records.csv"}
    assert any(name.endswith(".parquet") for name in files)
