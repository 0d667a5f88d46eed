"""What may be asked for, and one message for what may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers import cli
from helpers.simulation.call import Call, check_call
from helpers.simulation.scenarios import SCENARIOS
from helpers.simulation.variations import find_scenario


def test_the_default_is_every_truth_at_the_sizes_of_such_studies() -> None:
    assert check_call() == Call(tuple(SCENARIOS), (20, 30, 50), 10_000)
    options = cli.build_parser().parse_args(["simulate", "--out", "x"])
    given = check_call(sizes=options.sizes, replicates=options.replicates, seed=options.seed,
                       population=options.population)  # fmt: skip
    assert given == check_call()


def test_variations_are_crossed() -> None:
    call = check_call(reductions="0,1.5", median_days="7, 18", sizes="30,20,30")
    assert call.truths == (
        "stated@reduction=0@median_days=7", "stated@reduction=0@median_days=18",
        "stated@reduction=1.5@median_days=7", "stated@reduction=1.5@median_days=18",
    )  # fmt: skip
    assert call.sizes == (20, 30)
    assert [find_scenario(name).name for name in call.truths] == list(call.truths)
    again = check_call(truths=",".join(call.truths), sizes="20,30")
    assert again.truths == call.truths


def test_a_varied_truth_changes_nothing_else() -> None:
    varied, stated = find_scenario("stated@reduction=0").truth, SCENARIOS["stated"].truth
    assert varied.reduction_mean == varied.reduction_between_sd == 0
    assert varied.relief_median_days == stated.relief_median_days
    # the parameters that are stated: a reduction as stated is the stated truth
    assert find_scenario("stated@reduction=2.35").truth == stated


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--truths", "statd"], "did you mean 'stated'"),
        (["--truths", "stated,,heaped"], "commas between"),
        (["--truths", ""], "commas between"),
        (["--truths", "stated@dose=1"], "unknown variation"),
        (["--truths", "stated@reduction=1@reduction=2"], "given twice"),
        (["--truths", "../stated"], "no such truth"),
        (["--reduction", "-1"], "expected a number of points from 0 to 5"),
        (["--reduction", "nan"], "expected a number of points"),
        (["--reduction", "6"], "from 0 to 5"),
        (["--median-days", "0"], "expected a number of days from 0.5"),
        (["--median-days", "seven"], "expected a number of days"),
        (["--truths", "no_effect", "--reduction", "1"], "does nothing there"),
        (["--sizes", "20;30"], "whole numbers of patients"),
        (["--sizes", "1"], "expected 2 to 2000 patients, got 1"),
        (["--sizes", "20,3000"], "got 3000"),
        (["--replicates", "0"], "--replicates: expected 1 to"),
        (["--population", "10"], "--population: expected 4000 to"),
        (["--jobs", "0"], "--jobs 0"),
        (["-P", "n_boot=100"], "takes no parameter but ci_level"),
        (["-P", "ci_level=95"], "between 0.5 and 1"),
        (["--show", "stated", "20", "-1"], "two whole numbers"),
        (["--show", "stated", "1", "0"], "expected 2 to 2000 patients"),
        (["--show", "stated", "20", "99999999"], "from 0 to 9999999"),
        (["--show", "nothing", "20", "0"], "no such truth"),
    ],
)
def test_a_wrong_call_is_one_message_and_exit_code_2(
    tmp_path: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert cli.main(["simulate", "--out", str(out), *arguments]) == 2
    (message,) = capsys.readouterr().err.splitlines()
    assert message.startswith("study simulate: ")
    assert words in message
    assert not out.exists()


def test_out_that_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").write_text("mine")
    assert cli.main(["simulate", "--out", str(tmp_path / "out")]) == 2
    assert "is a file" in capsys.readouterr().err
    assert (tmp_path / "out").read_text() == "mine"
