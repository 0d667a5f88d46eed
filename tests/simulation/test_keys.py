"""Every key in simulated studies: all at once as one by one, and drawn again from its seed."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from helpers import cli
from helpers.simulation.keys import KEYS, estimate_studies
from helpers.simulation.one_study import estimate_study
from helpers.simulation.scenarios import SCENARIOS
from helpers.simulation.show import Replicate, draw_study
from helpers.simulation.studies import BLOCK, draw_block
from tests.simulation.runs import simulate

PER_SCENARIO = 40


@pytest.mark.parametrize("name", SCENARIOS)
def test_blocks_hold_the_numbers_of_the_report(name: str) -> None:
    studies = draw_block(SCENARIOS[name], 20, 1, 0).rows(slice(PER_SCENARIO))
    many = estimate_studies(studies, 0.9)
    for row in range(PER_SCENARIO):
        one = estimate_study(studies.rows(slice(row, row + 1)), 0.9)
        assert one.keys() == many.keys()
        for key, value in one.items():
            for field in ("estimate", "lower", "upper", "p_value"):
                number = getattr(value, field)
                found = getattr(many[key], field)[row]
                wanted = np.nan if number is None else number
                assert found == pytest.approx(wanted, rel=1e-12, abs=1e-12, nan_ok=True), key


def test_a_key_has_the_p_values_that_it_claims() -> None:
    found = estimate_studies(draw_block(SCENARIOS["stated"], 20, 1, 0), 0.95)
    tested = {key for key, readings in found.items() if not np.isnan(readings.p_value).all()}
    assert tested == {key.key for key in KEYS if key.tested}


def test_a_replicate_is_drawn_again_from_its_seed(
    whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = 2 * BLOCK + 345
    assert cli.main(simulate(whole, "--show", "no_change", "20", str(number))) == 0
    printed = capsys.readouterr().out
    folder = whole / f"replicate_no_change_n20_{number}"
    seed = json.loads((folder / "seed.json").read_text())
    assert f"spawn_key: {seed['spawn_key']}" in printed
    assert (seed["block"], seed["row"], seed["entropy"]) == (2, 345, 6916403)
    # The first draws of the block are the patients' usual pain, then what the day adds.
    sequence = np.random.SeedSequence(seed["entropy"], spawn_key=tuple(seed["spawn_key"]))
    rng = np.random.default_rng(sequence)
    truth = SCENARIOS["no_change"].truth
    usual, daily = rng.standard_normal((2, BLOCK, 20))[:, seed["row"]]
    pre = truth.usual_nrs_mean + truth.usual_nrs_sd * usual + truth.daily_nrs_sd * daily
    with (folder / "study.csv").open(encoding="utf-8", newline="") as stream:
        patients = list(csv.DictReader(stream))
    assert [float(patient["nrs_pre"]) for patient in patients] == pytest.approx(pre.tolist())
    with (folder / "estimates.csv").open(encoding="utf-8", newline="") as stream:
        estimates = {row["key"]: row["estimate"] for row in csv.DictReader(stream)}
    assert list(estimates) == [key.key for key in KEYS]
    both = [(float(p["nrs_pre"]) - float(p["nrs_post"])) for p in patients if p["nrs_post"]]
    assert float(estimates["short_term.nrs_reduction.mean"]) == pytest.approx(np.mean(both))


def test_a_replicate_is_its_row_of_the_block() -> None:
    block = draw_block(SCENARIOS["heaped"], 12, 7, 1)
    study = draw_study(Replicate("heaped", 12, BLOCK + 3), 7)
    assert np.array_equal(study.time[0], block.time[3])
    assert not np.array_equal(block.time[3], draw_block(SCENARIOS["heaped"], 12, 8, 1).time[3])
    assert not np.array_equal(block.time[3], draw_block(SCENARIOS["heaped"], 12, 7, 0).time[3])
