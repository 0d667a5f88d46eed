"""Estimates recomputed from the exported datasets alone are those of the results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter

from helpers.results import Results
from helpers.study import CHART_REVIEW_FILE, PARTS
from tests.export.conftest import read_csv

BOTH = pytest.mark.parametrize("part", PARTS)


def of(folder: Path, name: str, part: str) -> pd.DataFrame:
    table = read_csv(folder / f"{name}.csv")
    return table[table["part"] == part]


def flag(column: pd.Series) -> pd.Series:
    """Return true, false or missing as 1, 0 or NaN."""
    return column.map({True: 1.0, False: 0.0, "True": 1.0, "False": 0.0, "true": 1.0, "false": 0.0})


def yes(column: pd.Series) -> pd.Series:
    return flag(column) == 1.0


@BOTH
def test_flow(exported: Path, results: Results, part: str) -> None:
    patients = of(exported, "adsl", part)
    counts = {
        "screened": len(patients),
        "eligible": yes(patients["eligible"]).sum(),
        "analysed_short_term": yes(patients["analysed_short_term"]).sum(),
        "analysed_duration": yes(patients["analysed_duration"]).sum(),
    }
    for name, count in counts.items():
        assert results.get(f"{part}.flow.{name}").estimate == count, name
    for key in results.keys(f"{part}.flow.excluded."):
        criterion = key.rpartition(".")[2]
        assert results.get(key).estimate == (patients["first_failed"] == criterion).sum(), key
        answers = patients[f"criterion_{criterion}"]
        assert results.get(key.replace("excluded", "failed")).estimate == (answers != "met").sum()


@BOTH
def test_pain_before_and_after(exported: Path, results: Results, part: str) -> None:
    patients = of(exported, "adsl", part)
    both = patients[yes(patients["analysed_short_term"])]
    for name in ("nrs_pre", "nrs_post", "nrs_reduction", "nrs_reduction_pct"):
        estimate = results.get(f"{part}.short_term.{name}.mean")
        values = both[name].dropna()
        assert estimate.n == len(values)
        assert estimate.estimate == pytest.approx(values.mean(), rel=1e-12)
        assert estimate.sd == pytest.approx(values.std(), rel=1e-12)
    for threshold in (30, 50):
        estimate = results.get(f"{part}.short_term.responders_{threshold}.proportion")
        known = flag(patients[f"responder_{threshold}"]).dropna()
        assert (estimate.n, estimate.further["events"]) == (len(known), known.sum())
    mild = results.get(f"{part}.short_term.nrs_post_mild.proportion")
    known = flag(patients["nrs_post_mild"]).dropna()
    assert (mild.n, mild.further["events"]) == (len(known), known.sum())
    assert (flag(patients["responder"]).dropna() == flag(patients["responder_30"]).dropna()).all()


@BOTH
@pytest.mark.parametrize("name", ["dose_mg", "dose_mg_per_kg", "hours"])
def test_exposure(exported: Path, results: Results, part: str, name: str) -> None:
    estimate = results.get(f"{part}.exposure.{name}.mean")
    values = of(exported, "adsl", part)[name].dropna()
    assert estimate.n == len(values)
    assert estimate.estimate == pytest.approx(values.mean(), rel=1e-12)


@BOTH
def test_relief(exported: Path, results: Results, part: str) -> None:
    patients = of(exported, "adsl", part)
    percent = patients["relief_pct"].dropna()
    estimate = results.get(f"{part}.long_term.relief_pct.mean")
    assert (estimate.n, estimate.estimate) == (len(percent), pytest.approx(percent.mean()))
    known = patients.dropna(subset=["kind"])
    any_relief = results.get(f"{part}.long_term.relief_days.any_relief.proportion")
    assert any_relief.further["events"] == (known["kind"] != "none").sum()
    estimate = results.get(f"{part}.responders.sustained_14.age.difference")
    sustained = flag(patients["sustained_14"])
    assert estimate.further["n_responders"] == (sustained == 1)[patients["age"].notna()].sum()


def curve_of(times: pd.DataFrame) -> dict[str, Any]:
    fitted = KaplanMeierFitter().fit(times["time_days"], yes(times["event"]))
    table = fitted.event_table.loc[fitted.event_table["removed"] > 0]
    survival = fitted.survival_function_.loc[table.index, "KM_estimate"]
    return {"times": table.index.to_numpy(), "at_risk": table["at_risk"].to_numpy(),
            "events": table["observed"].to_numpy(), "censored": table["censored"].to_numpy(),
            "survival": survival.to_numpy()}  # fmt: skip


@BOTH
def test_the_curve_of_the_index_infusion(exported: Path, results: Results, part: str) -> None:
    times = of(exported, "adtte", part)
    compare_curves(curve_of(times[yes(times["at_index"])]), results.curves[f"{part}.relief_days"])
    wide = of(exported, "adsl", part).dropna(subset=["time_days"])
    assert sorted(wide["time_days"]) == sorted(times[yes(times["at_index"])]["time_days"])


def test_the_curve_of_all_infusions(exported: Path, results: Results) -> None:
    times = of(exported, "adtte", "retrospective")
    compare_curves(curve_of(times), results.curves["retrospective.all_infusions.relief_days"])


def compare_curves(found: dict[str, Any], curve: dict[str, Any]) -> None:
    rows = [place for place, (d, c) in enumerate(zip(curve["events"], curve["censored"],
                                                    strict=True)) if d or c]  # fmt: skip
    for name, values in found.items():
        ours = np.array(curve[name], dtype=float)[rows]
        assert values == pytest.approx(ours, rel=1e-9), name


@BOTH
def test_censoring_has_its_reason(exported: Path, part: str) -> None:
    times = of(exported, "adtte", part)
    censored = ~yes(times["event"])
    assert censored.any()
    assert times["censor_reason"].notna().tolist() == censored.tolist()
    assert (times["upper_days"].isna() == censored).all()


@BOTH
def test_safety(exported: Path, results: Results, part: str) -> None:
    patients = of(exported, "adsl", part)
    safe = patients[yes(patients["safety_population"])]
    for name in ("any_ae", "any_serious_ae"):
        estimate = results.get(f"{part}.safety.{name}.proportion")
        assert (estimate.n, estimate.further["events"]) == (len(safe), yes(safe[name]).sum())
    estimate = results.get(f"{part}.safety.stopped_early.proportion")
    stopped = flag(safe["any_stopped_early"]).dropna()
    assert (estimate.n, estimate.further["events"]) == (len(stopped), stopped.sum())


def test_safety_of_either_part_alone(exported: Path, results: Results) -> None:
    patients = of(exported, "adsl", "retrospective")
    consented = patients[yes(patients["consented_population"])]
    estimate = results.get("retrospective.safety_consented.any_ae.proportion")
    assert estimate.n == len(consented)
    assert estimate.further["events"] == yes(consented["any_ae"]).sum()
    rate = results.get("retrospective.safety.ae_per_infusion.rate")
    infusions = of(exported, "adinf", "retrospective")
    assert rate.n == len(infusions)
    assert rate.estimate == pytest.approx(infusions["adverse_events"].sum() / len(infusions))
    safe = of(exported, "adsl", "prospective")
    for name in ("cadss", "sbp", "dbp", "hr", "spo2"):
        estimate = results.get(f"prospective.safety.{name}_change.mean")
        values = safe.loc[yes(safe["safety_population"]), f"{name}_change"].dropna()
        assert (estimate.n, estimate.estimate) == (len(values), pytest.approx(values.mean()))


def test_visits(exported: Path, results: Results) -> None:
    visits = of(exported, "advis", "prospective")
    for week in (1, 2, 4, 8, 12):
        values = visits.loc[visits["visit"] == f"week_{week}", "relief_pct"].dropna()
        estimate = results.get(f"prospective.long_term.relief_pct.week_{week}.mean")
        assert (estimate.n, estimate.estimate) == (len(values), pytest.approx(values.mean()))
        changes = visits.loc[visits["visit"] == f"week_{week}", "nrs_change"].dropna()
        assert len(changes) > 0
    post = visits[visits["visit"] == "post_40min"]
    patients = of(exported, "adsl", "prospective")
    assert -post["nrs_change"].mean() == pytest.approx(patients["nrs_reduction"].mean())


def test_the_sources_are_those_that_were_analysed(exported: Path, results: Results) -> None:
    sources = read_csv(exported / "sources.csv")
    assert set(sources["file"]) <= set(results.provenance["data"])
    assert CHART_REVIEW_FILE in set(sources["file"])
