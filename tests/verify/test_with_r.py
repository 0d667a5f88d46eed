"""The reference scripts, live: a column of R's numbers, or one message of what is missing."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from helpers import cli
from helpers.analysis.study import analyse
from helpers.errors import CallError
from helpers.verify import run, with_r
from helpers.write import write_results
from tests.studies import DATA, infusions, save, workbook

RSCRIPT = shutil.which("Rscript")
HAS_R = RSCRIPT is not None and set(with_r.NEEDED) <= with_r._find_packages(RSCRIPT)
needs_r = pytest.mark.skipif(not HAS_R, reason="needs R with survival and nlme")


STUDY = DATA / "reference" / "toml_synonyms"


@needs_r
def test_r_adds_a_column_and_a_number_that_is_not_rs_is_a_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Resamples take R long, and are compared in test_against_plan.py.
    monkeypatch.setattr(with_r, "find_r", lambda: (RSCRIPT, ("closed", "model", "npmle")))
    analysis = analyse(STUDY)
    monkeypatch.setattr(run, "analyse", lambda *_, resampling: analysis)
    write_results(analysis, STUDY, tmp_path)
    call = ["verify", str(tmp_path / "results.json"), "--data", str(STUDY), "--with-r",
            "--out", str(tmp_path)]  # fmt: skip
    assert cli.main(call) == 0
    certificate = json.loads((tmp_path / "certificate.json").read_text(encoding="utf-8"))
    r = certificate["r"]
    assert r["values"] == r["agree"] == len(r["column"]) > 300
    assert r["left_out"] == ["multiple imputation: R has no package mice"]
    assert "survival" in r["versions"]
    column = {each["name"]: each for each in r["column"]}
    mean = column["retrospective.short_term.nrs_reduction.mean.estimate"]
    assert mean["r"] == pytest.approx(mean["recomputed"])
    assert f"R, live: {r['values']} of {r['values']} values agree." in capsys.readouterr().out

    monkeypatch.setattr(with_r, "_run", print_another_number)
    assert cli.main(call) == 1
    assert "differs from R: retrospective.flow.screened.estimate" in capsys.readouterr().out


def print_another_number(command: list[str], steps: object) -> None:
    """Stand in for R: one number, and a wrong one."""
    rows = "retrospective.flow.screened,estimate,-9,closed"
    Path(command[4]).write_text(f"# R\nkey,field,value,kind\n{rows}\n", encoding="utf-8")


def fake_rscript(folder: Path, script: str) -> None:
    file = folder / "Rscript"
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for R is a shell script")
@pytest.mark.parametrize(
    ("script", "words"),
    [
        (None, "Rscript is not on the PATH"),
        ("exit 0", "R has no package survival, nlme"),
        ("echo survival", 'R has no package nlme; .*install.packages\\("nlme"\\)'),
    ],
)
def test_what_is_missing_is_told_before_any_work(
    script: str | None, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if script:
        fake_rscript(tmp_path, script)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CallError, match=f"--with-r: .*{words}"):
        with_r.find_r()


def test_a_place_that_is_no_checkout_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(with_r, "SCRIPT", tmp_path / "plan.R")
    with pytest.raises(CallError, match="are in a checkout of the project, and nowhere else"):
        with_r.find_r()


@pytest.mark.parametrize("parameters", [{"ci_level": 0.9}, {"n_boot": 100}, {"profile": "release"}])
def test_parameters_that_are_not_the_plans_are_refused(
    parameters: dict[str, object], tmp_path: Path
) -> None:
    folder = save(workbook(infusions=infusions(count=4), follow_ups=[{}]), tmp_path)
    analysis = analyse(folder, {"n_boot": 100} | parameters)
    with pytest.raises(CallError, match="the reference scripts compute the plan's numbers"):
        with_r.verify_with_r(analysis, "study")


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for R is a shell script")
def test_a_script_that_fails_is_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysis = analyse(save(workbook(infusions=infusions(count=4)), tmp_path))
    fails = "printf 'Error in f(x) : no\\nExecution halted\\n' >&2; exit 1"
    fake_rscript(tmp_path, f'case "$2" in -e) echo survival nlme;; *) {fails};; esac')
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(CallError, match=r"plan\.R failed: Error in f\(x\) : no$"):
        with_r.verify_with_r(analysis, "study")
