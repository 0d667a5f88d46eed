"""`study analyse --without-resampling`: the same numbers, and keys that say what was left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from helpers import cli
from helpers.results import check_results
from helpers.synthetic import write_synthetic_study
from tests.studies import infusions, save, workbook

FOLLOW_UPS = [{"Infusion #": number} for number in (1, 2, 4)]


def estimates(out: Path) -> dict[str, dict[str, Any]]:
    content = json.loads((out / "results.json").read_text(encoding="utf-8"))
    check_results(content)
    return {estimate["key"]: estimate for estimate in content["estimates"]}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("study")
    write_synthetic_study(root / "data", retrospective=40, prospective=40)
    for name, more in (("with", ["-P", "n_boot=100"]), ("without", ["--without-resampling"])):
        assert cli.main(["analyse", str(root / "data"), "--out", str(root / name), *more]) == 0
    return root


def is_drawn(estimate: dict[str, Any]) -> bool:
    words = ("bootstrap", "imputation", "optimism")
    return "n_boot" in estimate or any(word in estimate["method"] for word in words)


def test_what_is_not_drawn_is_the_same_to_the_last_digit(study: Path) -> None:
    with_, without = estimates(study / "with"), estimates(study / "without")
    assert list(with_) == list(without)
    same = [key for key, estimate in with_.items() if not is_drawn(estimate)]
    assert len(same) > 200
    assert {key: with_[key] for key in same} == {key: without[key] for key in same}


def test_what_is_drawn_says_that_it_was_left_out(study: Path) -> None:
    with_, without = estimates(study / "with"), estimates(study / "without")
    drawn = [key for key, estimate in with_.items() if is_drawn(estimate)]
    assert len(drawn) > 30
    for key in drawn:
        ours, theirs = without[key], with_[key]
        if "imputation" in theirs["method"] or "optimism" in theirs["method"]:
            assert ours["estimate"] is None
            assert ours["status"] in {"left out: imputed", "left out: resampled"}
        else:
            assert (ours["estimate"], ours["lower"], ours["upper"]) == (
                theirs["estimate"], None, None,
            ), key  # fmt: skip
            if theirs["estimate"] is not None:
                assert "interval left out: resampled" in ours["status"], key
            assert "bootstrap" not in ours["method"], key


def test_no_band_is_drawn_around_clustered_durations(study: Path) -> None:
    curves = json.loads((study / "without" / "results.json").read_text())["curves"]
    band = curves["retrospective.all_infusions.relief_days"]
    assert set(band["lower"]) == set(band["upper"]) == {None}


def test_the_provenance_says_so_and_verify_computes_the_same(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results = study / "without" / "results.json"
    assert json.loads(results.read_text())["provenance"]["parameters"]["n_boot"] == 0
    call = ["verify", str(results), "--data", str(study / "data"), "--out", str(tmp_path)]
    assert cli.main(call) == 0
    assert cli.main([*call, "-P", "n_boot=100"]) == 1
    assert "n_boot: 0 → 100" in capsys.readouterr().out


def test_both_ways_of_saying_how_much_to_resample_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = save(workbook(infusions=infusions(), follow_ups=FOLLOW_UPS), tmp_path / "data")
    out = ["--out", str(tmp_path / "out")]
    call = ["analyse", str(folder), *out, "--without-resampling", "-P", "n_boot=200"]
    assert cli.main(call) == 2
    assert "--without-resampling leaves no resamples" in capsys.readouterr().err
    assert cli.main(["analyse", str(folder), *out, "-P", "n_boot=0"]) == 2, "a parameter it is not"


def test_one_patient_without_resamples(tmp_path: Path) -> None:
    folder = save(workbook(infusions=infusions(), follow_ups=FOLLOW_UPS), tmp_path / "data")
    out = tmp_path / "out"
    assert cli.main(["analyse", str(folder), "--out", str(out), "--without-resampling"]) == 0
    assert "retrospective.safety.ae_per_infusion.rate" in estimates(out)
