"""Exploring: any choice on any folder is a value, it agrees with the report, and controls work."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

import pytest

from helpers.analysis.chosen import OUTCOMES
from helpers.analysis.run import Analysis
from helpers.analysis.study import analyse
from helpers.cohort.groups import ALL_GROUPINGS, RESPONSE, list_groupings, split
from helpers.cohort.read import CleanStudy, read_cohorts
from helpers.errors import CallError
from helpers.explore import Exploration, explore
from helpers.explore_widgets import Explorer, build_explorer, open_explorer
from helpers.present.numbers import format_with_interval
from helpers.study import PARTS, PROSPECTIVE, RETROSPECTIVE
from tests.studies import SAMPLE, infusions, record, save, save_redcap, workbook

SYNTHETIC = Path(__file__).parents[1] / "data" / "synthetic"
PATIENTS = [f"R{number:03d}" for number in range(1, 8)]


@functools.cache
def study_of(folder: Path) -> CleanStudy:
    return read_cohorts(folder)


@pytest.fixture
def sample() -> CleanStudy:
    return study_of(SAMPLE)


# every choice on every folder


def of_nobody(folder: Path) -> Path:
    save(workbook(patients=(), infusions=()), folder)
    return save_redcap([], folder)


def of_one_each(folder: Path) -> Path:
    save(workbook(infusions=infusions(count=4), follow_ups=[{}]), folder)
    return save_redcap(record(), folder)


def with_gaps(folder: Path) -> Path:
    """Return a chart review of seven patients, each of whom lacks something else."""
    gaps = [{}, {"Sex": None}, {"Opioid use": None}, {"Height (cm)": None}, {"PHQ-9": None},
            {"Depression": None}, {"Weight (kg)": None}]  # fmt: skip
    patients = [{"Patient ID": name} | gap for name, gap in zip(PATIENTS, gaps, strict=True)]
    rows = [row for name in PATIENTS for row in infusions(name)]
    rows[3] |= {"NRS before": None}
    rows[7] |= {"NRS before": 0, "NRS after": 0}
    follow_ups = [{"Patient ID": name, "Infusion #": number, "Duration of relief": "ongoing"}
                  for name in PATIENTS[:4] for number in (1, 4)]  # fmt: skip
    return save(workbook(patients, rows, follow_ups), folder)


FOLDERS: dict[str, Callable[[Path], Path]] = {
    "synthetic": lambda folder: SYNTHETIC,
    "sample": lambda folder: SAMPLE,
    "nobody": of_nobody,
    "one each": of_one_each,
    "gaps, Part 1 only": with_gaps,
    "Part 2 only": lambda folder: save_redcap(record(), folder),
}


def choices() -> Iterator[dict[str, object]]:
    """Yield every part, outcome and grouping, with the infusions and thresholds that matter."""
    for part, outcome, grouping in itertools.product(PARTS, OUTCOMES, ALL_GROUPINGS):
        for infusion in (4, 99) if part == RETROSPECTIVE else (4,):
            named = {"part": part, "outcome": outcome, "grouping": grouping, "infusion": infusion}
            matters = outcome == "responders" or grouping == RESPONSE
            for threshold in (1, 30, 100) if matters and infusion == 4 else (30,):
                yield named | {"threshold": threshold}


@pytest.mark.parametrize("name", FOLDERS)
def test_every_choice_is_a_value(name: str, tmp_path: Path) -> None:
    study = study_of(FOLDERS[name](tmp_path))
    for number, choice in enumerate(choices()):
        found = explore(study, **choice)
        assert isinstance(found, Exploration)
        assert found.text.endswith("."), choice
        assert not found.table.isna().any(axis=None)
        assert "nan" not in found.table.to_csv().lower(), choice
        known = found.table.get("Outcome known", []) if len(found.table) else []
        assert found.n == sum(int(n) for n in known), choice
        if number % 29 == 0:
            assert found.as_html().count("<img") == 1


# what a choice says


@functools.cache
def analysis_of(folder: Path) -> Analysis:
    return analyse(folder, {"n_boot": 100})


@pytest.mark.parametrize(
    ("outcome", "key"),
    [
        ("duration", "long_term.relief_days.median"),
        ("reduction", "short_term.nrs_reduction.mean"),
        ("responders", "short_term.responders_30.proportion"),
        ("relief_pct", "long_term.relief_pct.mean"),
    ],
)
@pytest.mark.parametrize("part", PARTS)
def test_all_patients_together_are_what_the_report_says(
    part: str, outcome: str, key: str, sample: CleanStudy
) -> None:
    estimate = analysis_of(SAMPLE).results.get(f"{part}.{key}")
    found = explore(sample, part=part, outcome=outcome)
    assert format_with_interval(estimate) in found.text
    assert found.n == estimate.n


def test_groups_add_up_to_those_in_whom_both_are_known(sample: CleanStudy) -> None:
    found = explore(sample, grouping="opioid_use", outcome="reduction")
    cohort = sample.cohorts[RETROSPECTIVE]
    known = cohort.patients.loc[cohort.eligible, "opioid_use"].notna()
    assert list(found.table["Opioid use"]) == ["yes", "no"]
    assert sum(int(n) for n in found.table["Patients"]) == known.sum()
    assert found.n == (known & cohort.index["nrs_reduction"].notna()).sum()


def test_numbers_are_cut_at_their_median(tmp_path: Path) -> None:
    ages = [30, 40, 50, 60, 70, 80, 90]
    patients = [{"Patient ID": name, "Age (years)": age}
                for name, age in zip(PATIENTS, ages, strict=True)]  # fmt: skip
    rows = [row for name in PATIENTS for row in infusions(name)]
    follow_ups = [{"Patient ID": name} for name in PATIENTS]
    cohort = study_of(save(workbook(patients, rows, follow_ups), tmp_path)).cohorts[RETROSPECTIVE]
    groups = split(cohort, "age", 30)
    assert {name: len(group.index) for name, group in groups.items()} == {
        "above 60 years (the median)": 3, "up to 60 years": 4,
    }  # fmt: skip


def test_a_group_that_is_too_small_says_so(tmp_path: Path) -> None:
    patients = [{"Patient ID": name, "Sex": "M" if name in PATIENTS[:2] else "F"}
                for name in PATIENTS]  # fmt: skip
    rows = [row for name in PATIENTS for row in infusions(name)]
    follow_ups = [{"Patient ID": name, "Infusion #": 4} for name in PATIENTS]
    study = study_of(save(workbook(patients, rows, follow_ups), tmp_path))
    male, female = explore(study, grouping="sex").table.to_dict("records")
    assert male["Median, days (95% CI)"] == "no number (not enough data: 2 of at least 3)"
    assert (female["Outcome known"], female["Median, days (95% CI)"]) == ("5", "14")


def test_the_threshold_moves_the_responders(sample: CleanStudy) -> None:
    texts = [explore(sample, outcome="responders", threshold=at).text for at in (10, 50)]
    shares = [int(re.search(r": (\d+)%", text)[1]) for text in texts]
    assert shares[0] > shares[1]


def test_a_choice_warns_of_what_hangs_together(sample: CleanStudy) -> None:
    def note(**choice: str) -> str:
        return explore(sample, **choice).note

    assert "by definition" in note(outcome="reduction", grouping=RESPONSE)
    assert "by definition" not in note(outcome="duration", grouping=RESPONSE)
    assert "followed by lower" in note(outcome="responders", grouping="nrs_pre")
    assert "concurrent" in note(part=PROSPECTIVE, outcome="reduction", grouping="cadss_change")
    assert "not recorded in Part 1" in note(grouping="cadss_change")
    assert "NPMLE" in note(part=PROSPECTIVE)
    assert "without a control group" in note()


def test_nothing_is_tested(sample: CleanStudy) -> None:
    shown = explore(sample, outcome="reduction", grouping="sex").as_html()
    assert not re.search(r"\bp [=<]|p-value", shown)


@pytest.mark.parametrize(
    "choice", [{"part": "both"}, {"outcome": "pain"}, {"grouping": "depresion"}]
)
def test_an_unknown_name_is_one_message(choice: dict[str, str], sample: CleanStudy) -> None:
    with pytest.raises(CallError, match=r"is not known; .*Allowed: "):
        explore(sample, **choice)


# the controls


@pytest.fixture
def explorer(sample: CleanStudy) -> Explorer:
    return build_explorer(sample)


def shown(explorer: Explorer) -> tuple[str, str, str]:
    """Return sentence, figure and table of the page."""
    sentence, figure, table = explorer.page.value.split("\n", 2)
    return sentence, figure, table


def test_it_starts_with_the_index_infusion(explorer: Explorer, sample: CleanStudy) -> None:
    assert explorer.infusion.value == sample.settings.index_infusion
    assert explorer.infusion.max > 4
    assert shown(explorer)[0] == f"<p>{escape(explore(sample).text)}</p>"


@pytest.mark.parametrize(
    ("control", "value", "before"),
    [
        ("outcome", "reduction", {}),
        ("grouping", "opioid_use", {}),
        ("part", PROSPECTIVE, {}),
        ("infusion", 6, {}),
        ("threshold", 50, {"outcome": "responders"}),
        ("threshold", 50, {"grouping": RESPONSE}),
    ],
)
def test_a_control_changes_sentence_figure_and_table(
    control: str, value: object, before: dict[str, str], explorer: Explorer
) -> None:
    for name, chosen in before.items():
        getattr(explorer, name).value = chosen
    old = shown(explorer)
    getattr(explorer, control).value = value
    new = shown(explorer)
    assert all(first != second for first, second in zip(old, new, strict=True))
    assert escape(explore(explorer.study, **vars_of(explorer)).text) in new[0]


def vars_of(explorer: Explorer) -> dict[str, object]:
    choice = explorer.choice
    return {name: getattr(choice, name)
            for name in ("part", "outcome", "grouping", "threshold", "infusion")}  # fmt: skip


def test_the_number_of_patients_follows_the_infusion(explorer: Explorer) -> None:
    def patients() -> int:
        return int(re.search(r"known in (\d+) of", shown(explorer)[0])[1])

    at_index = patients()
    explorer.infusion.value = explorer.infusion.max
    assert patients() < at_index


def test_controls_that_make_no_difference_are_grey(explorer: Explorer) -> None:
    assert (explorer.threshold.disabled, explorer.infusion.disabled) == (True, False)
    explorer.grouping.value = RESPONSE
    assert not explorer.threshold.disabled
    explorer.part.value = PROSPECTIVE
    assert explorer.infusion.disabled
    assert explorer.grouping.value == RESPONSE


def test_a_part_offers_what_it_records(explorer: Explorer) -> None:
    assert "cadss_change" not in [name for _, name in explorer.grouping.options]
    explorer.part.value = PROSPECTIVE
    assert [name for _, name in explorer.grouping.options] == list_groupings(PROSPECTIVE)
    explorer.grouping.value = "cadss_change"
    explorer.part.value = RETROSPECTIVE
    assert explorer.grouping.value == "none"
    assert "infusion 4: duration" in shown(explorer)[0]


@pytest.mark.parametrize("name", ["nobody", "one each", "gaps, Part 1 only", "Part 2 only"])
def test_every_folder_can_be_explored(name: str, tmp_path: Path) -> None:
    explorer = open_explorer(str(FOLDERS[name](tmp_path)))
    for control in (explorer.part, explorer.outcome, explorer.grouping):
        for _, value in control.options:
            control.value = value
            assert "<img" in explorer.page.value


def test_a_display_has_a_widget_and_a_page(explorer: Explorer) -> None:
    bundle = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/html"] == explorer.page.value
