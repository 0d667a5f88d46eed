"""Words about models: they say what the interval allows, and what a number rests on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers.agreement import Agreement
from helpers.present import numbers, wording
from helpers.present.methods import family_of, source_of
from helpers.present.tables_methods import breakable, describe_agreement
from tests.present.test_words import BASE, results

SLOPE = replace(
    BASE, unit="log hazard ratio", estimate=-0.8, lower=-4.8, upper=3.2, p_value=0.7, sd=None
)


def test_hazards_that_may_drift_are_said_to() -> None:
    drifting = replace(SLOPE, lower=-4.8, upper=-0.2, p_value=0.03)
    assert "may have drifted" in wording.describe_hazards(drifting)
    assert "may have drifted" not in wording.describe_hazards(SLOPE)
    assert "could hardly show it" in wording.describe_hazards(SLOPE)


def test_a_check_that_could_not_be_made_says_why() -> None:
    none = replace(SLOPE, estimate=None, lower=None, upper=None, p_value=None, status="no events")
    assert wording.describe_hazards(none) == "Proportional hazards could not be checked: no events."


def test_a_p_value_stands_beside_its_estimate_and_interval() -> None:
    sentence = wording.describe_hazards(SLOPE)
    assert "−0.80 (95% CI −4.80 to 3.20), p = 0.70" in sentence


def test_heaping_adds_up_and_names_whole_weeks() -> None:
    heaping = {"n": 10, "stated": 4, "between_two_days": 3, "censored": 2, "none": 1,
               "approximate": 1, "whole_weeks": 3}  # fmt: skip
    words = wording.describe_heaping(heaping)
    assert "Of 10 durations, 4 were stated as one length, 3 lie between two days" in words
    assert "3 of 4 (75%) are whole weeks" in words
    assert wording.describe_heaping({"n": 0}) == "No duration could be read."


def test_a_mixed_model_says_what_it_rests_on_and_what_is_odd() -> None:
    further = {"icc": 0.24, "n_patients": 22}
    fitted = replace(BASE, n=82, further=further, status="ok, between-patient variance is 0")
    words = wording.describe_mixed_model(fitted)
    assert "82 scores of 22 patients" in words
    assert "the variance between patients: 24%" in words
    assert "Remark: between-patient variance is 0." in words


@pytest.mark.parametrize(
    ("lower", "upper", "text"),
    [(0.4, 0.6, "40% to 60%"), (0.5, 0.5, ""), (None, None, ""), (0.2, None, "20% or more")],
)
def test_what_the_data_leave_open(lower: float | None, upper: float | None, text: str) -> None:
    further = {"lower_identified": lower, "upper_identified": upper}
    assert numbers.format_identified(replace(BASE, unit="proportion", further=further)) == text


def test_a_remark_takes_the_place_of_a_missing_interval() -> None:
    alone = replace(BASE, lower=None, upper=None, sd=None, status="ok, reached without a shift")
    assert numbers.format_in_table(replace(alone, estimate=0.0)) == "0.0 (reached without a shift)"


DAYS = "long_term.relief_days"
FAMILIES = {
    f"{DAYS}.survival_14": f"{DAYS}.survival_<days>",
    f"{DAYS}.npmle_survival_7": f"{DAYS}.npmle_survival_<days>",
    f"{DAYS}.rmst_60_lower_bound": f"{DAYS}.rmst_<days>_lower_bound",
    f"{DAYS}.rmst": f"{DAYS}.rmst",
    "short_term.responders_33_3.proportion": "short_term.responders_<percent>.proportion",
    "safety.ae.itchy_nose.proportion": "safety.ae.<term>.proportion",
    "responders.sustained_14.age.difference": "responders.<outcome>.<characteristic>.difference",
    "predictors.responder_30.bmi.odds_ratio": "predictors.<outcome>.<predictor>.odds_ratio",
    "predictors.responder_30.model.c_statistic": "predictors.<outcome>.model.c_statistic",
    "flow.excluded.min_infusions": "flow.excluded.<criterion>",
}


@pytest.mark.parametrize(("key", "family"), FAMILIES.items())
def test_keys_of_one_kind_share_a_family_and_a_source(key: str, family: str) -> None:
    assert family_of(key) == family
    assert source_of(key).reference


def test_a_key_without_a_source_is_a_defect() -> None:
    with pytest.raises(KeyError, match=r"no entry for the key.*surprise"):
        source_of("surprise")


def test_agreement_in_words() -> None:
    record = Agreement("x", "closed", 13, 80, 1e-12)
    assert describe_agreement(record) == (
        "80 values in 13 test data sets, difference at most 1e−12"
    )
    assert "draw at random" in describe_agreement(replace(record, kind="imputed", largest=0.2))
    assert describe_agreement(replace(record, largest=0.0)).endswith("no difference")
    assert describe_agreement(None) == "not compared"


def test_a_key_can_be_broken_but_reads_the_same() -> None:
    assert breakable("a.b_c").replace("\u200b", "") == "a.b_c"


MEDIAN = replace(BASE, unit="days", estimate=15.0, lower=5.0, upper=None, p_value=None, sd=None)


@pytest.mark.parametrize(
    ("estimate", "status", "words"),
    [
        (15.0, "ok", "half of the patients had relief for 15\u00a0days or longer, half for less"),
        (0.0, "ok", "at least half of the patients had none"),
        (None, "not reached", "more than half of the patients still had relief"),
        (None, "not enough data: 0 of at least 1", "how long relief lasted is not known"),
    ],
)
def test_a_median_in_plain_language(estimate: float | None, status: str, words: str) -> None:
    median = replace(MEDIAN, estimate=estimate, status=status)
    shown = wording.fill(results(median), "retrospective", "{short_term.nrs_reduction.mean:half}")
    assert shown.startswith(words)


def test_counts_with_and_without_their_interval() -> None:
    share = replace(BASE, unit="proportion", estimate=0.95, lower=0.76, upper=0.99, n=20,
                    p_value=None, sd=None, further={"events": 19})  # fmt: skip
    found = results(share)
    key = "short_term.nrs_reduction.mean"
    assert wording.fill(found, "retrospective", f"{{{key}:count}}") == "19 of 20"
    assert wording.fill(found, "retrospective", f"{{{key}:events_ci}}") == (
        "19 of 20 (95%, 95% CI 76 to 99)"
    )
    none = results(replace(share, estimate=None, status="not enough data: 0 of at least 1"))
    assert wording.fill(none, "retrospective", f"{{{key}:count}}") == "nobody who could be counted"
