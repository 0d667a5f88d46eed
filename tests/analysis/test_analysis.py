"""The estimates by key: parameters change what they should and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from helpers.analysis.study import analyse
from helpers.results import Estimate, check_results
from tests.studies import (
    SAMPLE,
    infusions,
    record,
    save,
    save_redcap,
    workbook,
)

FEW = {"n_boot": 100}  # resamples: what changes does not depend on how many


@pytest.fixture(scope="module")
def default() -> dict[str, Estimate]:
    return dict(analyse(SAMPLE, FEW).results.estimates)


def changed(default: dict[str, Estimate], **parameters: Any) -> set[str]:
    """Return the keys whose estimate differs from the default, or that came or went."""
    other = analyse(SAMPLE, FEW | parameters).results.estimates
    return {key for key in default.keys() | other.keys() if default.get(key) != other.get(key)}


def test_results_have_the_shape_of_the_schema(default: dict[str, Estimate]) -> None:
    results = analyse(SAMPLE, FEW).results
    check_results(results.as_json())
    assert results.get("retrospective.flow.screened").estimate == 27


def test_the_level_changes_limits_and_nothing_else(default: dict[str, Estimate]) -> None:
    narrow = analyse(SAMPLE, FEW | {"ci_level": "0.9"}).results.estimates
    assert narrow.keys() == default.keys()
    for key, estimate in narrow.items():
        if ".delta_adjusted." in key:
            continue  # the shift at which a limit is reached depends on the limit
        wide = default[key]
        assert (estimate.estimate, estimate.n, estimate.p_value, estimate.sd, estimate.status) == (
            wide.estimate, wide.n, wide.p_value, wide.sd, wide.status)  # fmt: skip
        if wide.lower is not None and wide.lower < (wide.estimate or 0) and wide.level:
            assert estimate.level == 0.9
            assert estimate.lower is None or estimate.lower >= wide.lower


def test_the_index_infusion_changes_part_1_at_the_index_infusion(
    default: dict[str, Estimate],
) -> None:
    keys = changed(default, index_infusion=1)
    assert "retrospective.short_term.nrs_reduction.mean" in keys
    assert "retrospective.exposure.dose_mg.mean" in keys
    assert "retrospective.long_term.relief_days.median" in keys
    assert all(
        key.startswith(("retrospective.short_term", "retrospective.long_term",
                        "retrospective.exposure", "retrospective.flow.analysed",
                        "retrospective.responders", "retrospective.predictors",
                        "retrospective.sensitivity"))
        for key in keys
    )  # fmt: skip


def test_the_part_leaves_the_other_part_s_keys_out(default: dict[str, Estimate]) -> None:
    only = analyse(SAMPLE, FEW | {"part": "prospective"}).results
    assert dict(only.estimates) == {
        key: estimate for key, estimate in default.items() if key.startswith("prospective.")
    }
    assert {account["file"] for account in only.accounting} == {"redcap_records.csv"}


def test_another_threshold_adds_its_keys(default: dict[str, Estimate]) -> None:
    assert changed(default, responder_threshold=40) == {
        "retrospective.short_term.responders_40.proportion",
        "prospective.short_term.responders_40.proportion",
    }


def test_another_horizon_adds_its_keys(default: dict[str, Estimate]) -> None:
    keys = changed(default, horizon_days=60)
    days = ("survival_60", "at_least_60", "rmst_60", "rmst_60_lower_bound", "rmst_60_upper_bound",
            "npmle_survival_60")  # fmt: skip
    names = [f"relief_days.{name}" for name in days]
    names += ["ipr_60.lower_bound.mean", "ipr_60.upper_bound.mean"]
    expected = {f"{part}.long_term.{name}" for part in ("retrospective", "prospective")
                for name in names}  # fmt: skip
    expected |= {"prospective.long_term.ipr_60.serial.mean",
                 "retrospective.all_infusions.relief_days.rmst_60"}  # fmt: skip
    assert keys == expected


def test_the_seed_changes_what_is_drawn_and_nothing_else(default: dict[str, Estimate]) -> None:
    other = analyse(SAMPLE, FEW | {"seed": "1"}).results.estimates
    keys = changed(default, seed=1)
    assert "prospective.short_term.nrs_reduction.hedges_g" in keys
    for key in keys:
        if any(name in key for name in (".model.", ".multiple_imputation.", ".delta_adjusted.")):
            continue  # the estimate itself is drawn
        assert "resamples of patients" in other[key].method, key
        assert other[key].estimate == default[key].estimate, key


def test_the_title_changes_no_estimate(default: dict[str, Estimate]) -> None:
    assert changed(default, title="Another title") == set()


def test_an_absent_part_has_no_keys(tmp_path: Path) -> None:
    book = workbook(infusions=infusions(count=4), follow_ups=[{}])
    first = analyse(save(book, tmp_path / "a")).results
    assert {key.partition(".")[0] for key in first.estimates} == {"retrospective"}
    second = analyse(save_redcap(record(), tmp_path / "b")).results
    assert {key.partition(".")[0] for key in second.estimates} == {"prospective"}


def test_one_patient_gives_every_key_with_a_status(
    tmp_path: Path, default: dict[str, Estimate]
) -> None:
    folder = save(workbook(infusions=infusions(count=4), follow_ups=[{}]), tmp_path)
    save_redcap(record(), folder)
    results = analyse(folder).results
    check_results(results.as_json())
    wanted = {key for key in default if ".safety.ae." not in key}
    assert wanted <= set(results.estimates)
    mean = results.get("retrospective.short_term.nrs_reduction.mean")
    assert (mean.estimate, mean.status) == (None, "not enough data: 1 of at least 2")


def test_nobody_eligible_gives_every_key_with_a_status(
    tmp_path: Path, default: dict[str, Estimate]
) -> None:
    folder = save(workbook([{"Consent signed": "no"}]), tmp_path)
    save_redcap(record(icf_signed="0"), folder)
    results = analyse(folder).results
    check_results(results.as_json())
    assert {key for key in default if ".safety.ae." not in key} <= set(results.estimates)
    assert results.get("prospective.safety.any_ae.proportion").estimate is None


def test_sheets_without_rows_are_read(tmp_path: Path) -> None:
    results = analyse(save(workbook([], []), tmp_path)).results
    assert results.get("retrospective.flow.screened").estimate == 0


def test_event_terms_become_keys(tmp_path: Path) -> None:
    events = [{"Event": "Itchy nose"}, {"Event": "itchy-nose"}, {"Event": None}, {"Event": "HA"}]
    book = workbook(infusions=infusions(count=4), follow_ups=[{}], events=events)
    estimates = analyse(save(book, tmp_path)).results.estimates
    terms = [key for key in estimates if ".safety.ae." in key]
    assert terms == [
        "retrospective.safety.ae.headache.proportion",
        "retrospective.safety.ae.itchy_nose.proportion",
    ]


def test_rows_in_another_order_give_the_same_estimates(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(SAMPLE / "chart_review.xlsx")
    for sheet in book.worksheets:
        rows = list(sheet.iter_rows(min_row=2, values_only=True))
        formats = [[cell.number_format for cell in row] for row in sheet.iter_rows(min_row=2)]
        for number, (row, styles) in enumerate(zip(rows[::-1], formats[::-1], strict=True), 2):
            for column, (value, style) in enumerate(zip(row, styles, strict=True), 1):
                cell = sheet.cell(number, column)
                cell.value, cell.number_format = value, style
    estimates = analyse(save(book, tmp_path)).results.estimates
    assert estimates == analyse(SAMPLE, {"part": "retrospective"}).results.estimates
