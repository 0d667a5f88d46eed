"""Who is eligible: every criterion of a part for every patient who was screened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from helpers.study import (
    AFTER,
    BEFORE,
    CRITERIA,
    MIN_AGE_YEARS,
    MIN_INFUSIONS,
    MIN_PRIOR_INFUSIONS,
    RETROSPECTIVE,
)

MET = "met"
FAILED = "failed"
NOT_DOCUMENTED = "not documented"


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The answers of one part: a row per patient, a column per criterion in the plan's order.

    Each answer is ``met``, ``failed`` or ``not documented``; the last fails the criterion too.
    """

    part: str
    answers: pd.DataFrame

    @property
    def screened(self) -> int:
        """Number of patients screened."""
        return len(self.answers)

    @property
    def eligible(self) -> list[str]:
        """Patients who meet every criterion."""
        return sorted(self.answers.index[(self.answers == MET).all(axis=1)])

    def failed(self, criterion: str) -> int:
        """Return how many patients fail a criterion, whatever else they fail."""
        return int((self.answers[criterion] != MET).sum())

    def first_failed(self, criterion: str) -> int:
        """Return how many patients fail a criterion and none before it."""
        earlier = list(self.answers.columns[: list(self.answers.columns).index(criterion)])
        met_before = (self.answers[earlier] == MET).all(axis=1)
        return int((met_before & (self.answers[criterion] != MET)).sum())

    def not_documented(self, criterion: str) -> int:
        """Return how many patients fail a criterion because its answer is missing."""
        return int((self.answers[criterion] == NOT_DOCUMENTED).sum())


def assess_eligibility(part: str, tables: Mapping[str, pd.DataFrame]) -> Eligibility:
    """Return the answers to every criterion of a part.

    ``tables`` are the typed tables of that part alone, after errors were removed.
    """
    patients = tables["patients"].set_index("patient")
    answers = _retrospective(patients, tables) if part == RETROSPECTIVE else _prospective(patients)
    columns = [criterion.key for criterion in CRITERIA[part]]
    table = pd.DataFrame(answers, index=patients.index, columns=columns, dtype=object)
    return Eligibility(part, table.sort_index())


def _answer(met: pd.Series) -> pd.Series:
    """Return words for truth values, where a missing one is not documented."""
    words = met.astype("boolean").map({True: MET, False: FAILED}, na_action="ignore")
    return words.astype(object).where(met.notna(), NOT_DOCUMENTED)


def _at_least(values: pd.Series, minimum: float) -> pd.Series:
    return (values >= minimum).astype("boolean").mask(values.isna())


def _retrospective(
    patients: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> dict[str, pd.Series]:
    infusions = tables["infusions"].groupby("patient").size()
    return {
        "consent": _answer(patients["consent"]),
        "age": _answer(_at_least(patients["age"], MIN_AGE_YEARS)),
        "fm_diagnosed": _answer(patients["fm_diagnosed"]),
        "min_infusions": _answer(infusions.reindex(patients.index, fill_value=0) >= MIN_INFUSIONS),
        "pain_ratings": _answer(_is_among(patients, _with_both_scores(tables["pain_ratings"]))),
        "follow_up": _answer(
            _is_among(patients, _with_both_answers(tables["follow_ups"], tables["relief"]))
        ),
    }


def _is_among(patients: pd.DataFrame, names: set[str]) -> pd.Series:
    return pd.Series(patients.index.isin(names), index=patients.index)


def _with_both_scores(ratings: pd.DataFrame) -> set[str]:
    scored = ratings[ratings["visit"].isin((BEFORE, AFTER))]
    counts = scored.groupby(["patient", "infusion"]).size()
    return set(counts[counts == 2].index.get_level_values("patient"))


def _with_both_answers(follow_ups: pd.DataFrame, relief: pd.DataFrame) -> set[str]:
    answered = follow_ups[follow_ups["relief_pct"].notna()]
    both = answered.merge(relief, on=["patient", "infusion"], how="inner")
    return set(both["patient"])


def _prospective(patients: pd.DataFrame) -> dict[str, pd.Series]:
    return {
        "consent": _answer(patients["consent"]),
        "age": _answer(_at_least(patients["age"], MIN_AGE_YEARS)),
        "fm_diagnosed": _answer(patients["fm_diagnosed"]),
        "prescribed": _answer(patients["prescribed"]),
        "safety_screen": _answer(patients["safety_screen"]),
        "min_prior_infusions": _answer(_at_least(patients["prior_infusions"], MIN_PRIOR_INFUSIONS)),
        "willing": _answer(patients["willing"]),
        "ketamine_allergy": _answer(~patients["ketamine_allergy"]),
        "cognitive_impairment": _answer(~patients["cognitive_impairment"]),
        "medical_condition": _answer(~patients["medical_condition"]),
        "other_trial": _answer(~patients["other_trial"]),
    }
