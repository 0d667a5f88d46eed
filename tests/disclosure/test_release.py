"""A release gives back no small count: every study folder, read as an attacker would."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from IPython.display import Markdown

from helpers.analysis.study import analyse
from helpers.build import build_report
from helpers.cli import main
from helpers.cohort.uncoded import OTHER
from helpers.errors import CallError, InputError
from helpers.report import open_report
from helpers.sections.base import LEFT_OUT
from helpers.settings import MIN_CELL
from helpers.write import results_json, write_results
from tests.studies import SAMPLE, infusions, record, save, save_redcap, workbook
from tests.test_sections import displays

ROOT = Path(__file__).parents[2]
SYNTHETIC = ROOT / "data" / "synthetic"
FOLDERS = [SAMPLE, SYNTHETIC, *sorted((ROOT / "tests/data/reference").glob("*/"))]
SMALL = range(1, MIN_CELL)


@cache
def released(folder: Path) -> dict[str, Any]:
    analysis = analyse(folder, {"profile": "release", "n_boot": 100})
    plain: dict[str, Any] = json.loads(results_json(analysis))
    return plain


@cache
def internal(folder: Path) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(results_json(analyse(folder, {"n_boot": 100})))
    return plain


def by_key(results: dict[str, Any]) -> dict[str, Any]:
    return {estimate["key"]: estimate for estimate in results["estimates"]}


def parts(results: dict[str, Any]) -> list[str]:
    found: list[str] = results["provenance"]["parts"]
    return found


def whole_numbers(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield every whole number inside a JSON value with the names that lead to it."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from whole_numbers(inner, (*path, name))
    elif isinstance(value, list):
        for inner in value:
            yield from whole_numbers(inner, path)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield path, value


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_table_curve_or_account_holds_a_small_count(folder: Path) -> None:
    results = released(folder)
    tables = {name: table for name, table in results["tables"].items()
              if name not in ("precision", "published_context")}  # fmt: skip
    ours = [row for row in results["tables"]["published_context"] if row["part"]]
    for path, number in whole_numbers(
        {"tables": tables, "ours": ours, "curves": results["curves"],
         "accounting": results["accounting"]}
    ):  # fmt: skip
        assert number not in SMALL, path


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_estimate_holds_a_small_count_or_its_complement(folder: Path) -> None:
    for estimate in released(folder)["estimates"]:
        for name in ("n", "n_missing", "events", "n_level", "n_patients"):
            assert estimate.get(name) not in SMALL, (estimate["key"], name)
        for name, number in estimate.items():
            if name.startswith(("n_", "count_")) and name not in ("n_boot", "n_unit"):
                assert number not in SMALL, (estimate["key"], name)
        events = estimate.get("events")
        if events is not None and estimate["n"] is not None:
            assert estimate["n"] - events not in SMALL, estimate["key"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_numbers_analysed_differ_by_no_small_number(folder: Path) -> None:
    results = released(folder)
    for part, kind in itertools.product(parts(results), (("patients",), ("infusions",))):
        shown = {estimate["n"] for estimate in results["estimates"] if estimate["part"] == part
                 and estimate["n_unit"] in kind and estimate["n"]}  # fmt: skip
        for one, other in itertools.combinations(shown, 2):
            assert abs(one - other) not in SMALL, (part, kind, one, other)


def candidates(results: dict[str, Any], estimate: dict[str, Any]) -> set[int]:
    """Return what a number may be of which only a lower bound is told: none that is shown."""
    same = ("part", "n_unit")
    shown = {each["n"] for each in results["estimates"]
             if each["n"] and all(each[name] == estimate[name] for name in same)}  # fmt: skip
    least = estimate["n_at_least"]
    return set(range(least, max([*shown, least + 10]))) - shown


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_share_of_a_withheld_number_fits_several_numbers(folder: Path) -> None:
    truth = by_key(internal(folder))
    for key, estimate in by_key(released(folder)).items():
        if estimate["unit"] != "proportion" or estimate["n"] is not None:
            continue
        if estimate["estimate"] is None or "n_at_least" not in estimate:
            continue
        possible_n = candidates(released(folder), estimate)
        fitting = {n for n in possible_n for count in range(n + 1)
                   if abs(count / max(n, 1) - estimate["estimate"]) <= 0.05 + 1e-9}  # fmt: skip
        assert len(fitting) > 1, key
        assert truth[key]["n"] in fitting, key


def levels(results: dict[str, Any], truth: dict[str, Any], part: str) -> Iterator[int]:
    """Yield the numbers of ends of relief that the readings of a curve stand for."""
    curve = truth["curves"][f"{part}.relief_days"]
    pairs = list(zip(curve["times"], curve["events"], strict=True))
    for key, estimate in by_key(results).items():
        found = re.search(r"\.relief_days\.(survival|at_least)_(\d+)$", key)
        if found and estimate["part"] == part and estimate["estimate"] is not None:
            day, including = int(found[2]), found[1] == "survival"
            yield sum(n for time, n in pairs
                      if (time <= day + 1e-9 if including else time < day - 1e-9))  # fmt: skip


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_step_between_two_days_stands_for_few(folder: Path) -> None:
    results, truth = released(folder), internal(folder)
    assert results["curves"] == {}
    for part in parts(results):
        seen = sorted({0, *levels(results, truth, part)})
        for earlier, later in itertools.pairwise(seen):
            assert later - earlier not in SMALL, (part, seen)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_groups_of_responders_do_not_give_back_who_is_missing(folder: Path) -> None:
    results = released(folder)
    found = by_key(results)
    for part in parts(results):
        eligible = found[f"{part}.flow.eligible"]["estimate"]
        for key, estimate in found.items():
            groups = [estimate.get(f"n_{group}") for group in ("responders", "non_responders")]
            if key.startswith(f"{part}.responders.") and None not in groups:
                assert sum(groups) == eligible, key
                assert min(groups) >= MIN_CELL or 0 in groups, key


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_events_are_not_told_where_all_but_few_had_them(folder: Path) -> None:
    found = by_key(released(folder))
    for part in parts(released(folder)):
        some = found[f"{part}.safety.any_ae.proportion"].get("events")
        for key, estimate in found.items():
            if key.startswith(f"{part}.safety.ae.") and some and estimate.get("events"):
                assert some - estimate["events"] not in SMALL, key


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_key_comes_back_and_nothing_is_made_up(folder: Path) -> None:
    found, truth = by_key(released(folder)), by_key(internal(folder))
    uncoded = {key for key in truth if ".safety.ae." in key} - set(found)
    assert set(truth) - set(found) == uncoded
    for key, estimate in found.items():
        known = truth.get(key)
        if known is None or estimate["estimate"] is None:
            continue
        slack = 0.05 if estimate["unit"] == "proportion" else 0.5 + 1e-9
        assert abs(estimate["estimate"] - known["estimate"]) <= slack + 1e-9, key


def test_uncoded_events_are_pooled_and_their_words_are_gone(tmp_path: Path) -> None:
    patients = [{"Patient ID": f"R{number:03}"} for number in range(1, 13)]
    ids = [row["Patient ID"] for row in patients]
    events = [{"Patient ID": name, "Event": f"zebra {place}"} for place, name in enumerate(ids)]
    folder = save(
        workbook(
            patients=patients,
            infusions=[row for name in ids for row in infusions(name)],
            follow_ups=[{"Patient ID": name} for name in ids],
            events=events,
        ),
        tmp_path / "study",
    )
    analysis = analyse(folder, {"profile": "release", "n_boot": 100})
    text = results_json(analysis).decode()
    assert "zebra" not in text
    pooled = analysis.results.get("retrospective.safety.ae.other__uncoded_.proportion")
    assert pooled.label.endswith(OTHER)
    assert pooled.further["events"] == 12
    report = open_report(str(folder), n_boot=100, profile="release")
    shown = [value.data for _, show in displays(report) if isinstance(value := show(), Markdown)]
    assert not any("zebra" in text or "R001" in text for text in shown)


def one_patient(folder: Path) -> Path:
    save(workbook(infusions=infusions(count=4), follow_ups=[{}]), folder)
    return save_redcap(record(), folder)


def test_a_study_of_one_patient_tells_nothing(tmp_path: Path) -> None:
    analysis = analyse(one_patient(tmp_path), {"profile": "release", "n_boot": 100})
    for estimate in analysis.results.estimates.values():
        assert estimate.estimate in (None, 0.0), estimate.key


@pytest.mark.parametrize("part", [None, "retrospective", "prospective"])
def test_no_display_of_a_release_shows_single_patients(part: str | None) -> None:
    report = open_report(str(SAMPLE), n_boot=100, profile="release", part=part)
    by_patient = {"paired_figure", "swimmers_figure", "reported_figure", "dissociation_figure",
                  "hazards_figure", "heaping_figure", "severity_figure"}  # fmt: skip
    for title, show in displays(report):
        value = show()
        if title.rpartition(".")[2] in by_patient:
            assert isinstance(value, Markdown), title
            assert value.data in (LEFT_OUT, "*Not part of this report.*"), title


def test_the_points_of_patients_stay_behind(tmp_path: Path) -> None:
    shown = {
        profile: open_report(str(SAMPLE), n_boot=100, profile=profile).repeated.course_figure()
        for profile in ("internal", "release")
    }
    points = {profile: sum(len(ax.collections) for ax in figure.axes)
              for profile, figure in shown.items()}  # fmt: skip
    assert points["internal"] > 0
    assert points["release"] == 0


def test_a_release_brings_no_data_queries(tmp_path: Path) -> None:
    analysis = analyse(SAMPLE, {"profile": "release", "n_boot": 100})
    written = write_results(analysis, SAMPLE, tmp_path)
    assert [path.name for path in written] == ["results.json"]


def test_a_release_is_not_written_beside_data_queries(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data_queries.csv").write_text("internal", encoding="utf-8")
    analysis = analyse(SAMPLE, {"profile": "release", "n_boot": 100})
    with pytest.raises(InputError, match="must not leave the clinic"):
        write_results(analysis, SAMPLE, tmp_path)
    with pytest.raises(InputError, match="must not leave the clinic"):
        build_report(SAMPLE, tmp_path, ["html"], "embedded", {"profile": "release"}, print)
    code = main(["analyse", str(SAMPLE), "--out", str(tmp_path), "-P", "profile=release"])
    assert code == 2
    assert "must not leave the clinic" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["data_queries.csv"]


def test_the_least_count_can_be_chosen() -> None:
    with pytest.raises(CallError, match="at least 3"):
        analyse(SAMPLE, {"profile": "release", "min_cell": 2})
    strict = analyse(SAMPLE, {"profile": "release", "n_boot": 100, "min_cell": 10})
    loose = analyse(SAMPLE, {"profile": "release", "n_boot": 100, "min_cell": 3})
    key = "prospective.safety.ae.dizziness.proportion"  # four patients
    assert strict.results.get(key).estimate is None
    assert loose.results.get(key).further["events"] == 4
    with pytest.raises(CallError, match="profile=release"):
        analyse(SAMPLE, {"min_cell": 5})


def possible(total: int, cells: int) -> set[int]:
    """Return what one of some withheld cells of at least one each may be, as an attacker counts."""
    return set(range(1, total - cells + 2))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_reasons_of_exclusion_do_not_follow_from_their_sum(folder: Path) -> None:
    found = by_key(released(folder))
    for part in parts(released(folder)):
        screened, eligible = (found[f"{part}.flow.{name}"]["estimate"]
                              for name in ("screened", "eligible"))  # fmt: skip
        reasons = [each["estimate"] for key, each in found.items()
                   if key.startswith(f"{part}.flow.excluded.")]  # fmt: skip
        hidden = reasons.count(None)
        if hidden and screened is not None and eligible is not None:
            left = int(screened - eligible - sum(count for count in reasons if count is not None))
            everything = hidden == len(reasons)  # then each may be 0
            assert everything or len(possible(left, hidden)) > 1, (part, reasons)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_lower_bound_leaves_several_numbers_open(folder: Path) -> None:
    for each in released(folder)["estimates"]:
        if "n_at_least" in each and each["n_unit"] == "patients":
            assert len(candidates(released(folder), each)) > 2, each["key"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_number_is_told_of_fewer_than_ten_patients(folder: Path) -> None:
    found = by_key(released(folder))
    for key, each in by_key(internal(folder)).items():
        few = each["n_unit"] == "patients" and each["n"] and each["n"] < 2 * MIN_CELL
        if few and each["unit"] not in ("proportion", "patients") and key in found:
            assert found[key]["estimate"] is None, key


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_words_hold_no_last_day_and_no_count_of_resamples(folder: Path) -> None:
    for each in released(folder)["estimates"]:
        assert not re.search(r"\d+ of \d+", each["status"]), each["key"]
        day = re.search(r"to day (\d+)", each["method"])
        assert day is None or int(day[1]) == 84, each["key"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_who_is_open_or_missing_does_not_follow(folder: Path) -> None:
    results, found = released(folder), by_key(released(folder))
    for part in parts(results):
        for counts in results["tables"]["responders"][part].values():
            assert (counts["open"] is None) == (counts["missing"] is None)
        prefix = f"{part}.sensitivity.open_as"
        ways = [found[f"{prefix}_{way}.sustained_14.proportion"].get("events")
                for way in ("sustained", "not_sustained")]  # fmt: skip
        if None not in ways:
            assert ways[0] - ways[1] not in SMALL


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_an_adjusted_p_value_stands_for_none_that_is_withheld(folder: Path) -> None:
    shown, all_of_them = by_key(released(folder)), by_key(internal(folder))
    for key, estimate in shown.items():
        if estimate["p_adjusted"] is None:
            continue
        family = key.removesuffix(".odds_ratio").rpartition(".")[0]
        members = [other for other in all_of_them
                   if other.removesuffix(".odds_ratio").rpartition(".")[0] == family
                   and all_of_them[other]["p_adjusted"] is not None]  # fmt: skip
        assert all(shown[other]["p_value"] is not None for other in members), key


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_where_a_reason_is_withheld_no_reason_is_told_to_be_nobodys(folder: Path) -> None:
    shown = by_key(released(folder))
    for part in parts(released(folder)):
        first = [estimate["estimate"] for key, estimate in shown.items()
                 if key.startswith(f"{part}.flow.excluded.")]  # fmt: skip
        assert None not in first or 0 not in first


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_means_of_groups_are_those_of_every_eligible_patient(folder: Path) -> None:
    shown, true = by_key(released(folder)), by_key(internal(folder))
    for key, estimate in shown.items():
        if "mean_responders" in estimate:
            eligible = true[f"{estimate['part']}.flow.eligible"]["estimate"]
            assert estimate["n"] == eligible, key


def test_a_release_confirms_no_guess_at_the_words_of_the_clinic() -> None:
    assert "study.toml" in internal(SYNTHETIC)["provenance"]["data"]
    assert "study.toml" not in released(SYNTHETIC)["provenance"]["data"]
