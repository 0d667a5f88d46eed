"""Pain scores side by side: a row per patient, a column per occasion, missing where none is."""

from __future__ import annotations

import pandas as pd

from helpers.cohort.analysis_sets import Cohort
from helpers.study import (
    AFTER,
    BASELINE,
    BEFORE,
    FIRST_INFUSIONS,
    POST_40MIN,
    RETROSPECTIVE,
    VISITS,
)


def received_index(cohort: Cohort) -> list[str]:
    """Return the eligible patients who had the index infusion (Part 2: one that was received)."""
    infusions = cohort.of_eligible("infusions")
    at_index = infusions[infusions["infusion"] == cohort.index_infusion]
    if cohort.part != RETROSPECTIVE:
        at_index = at_index[at_index["date"].notna()]
    return sorted(at_index["patient"])


def derive_scores(cohort: Cohort) -> pd.DataFrame:
    """Return the scores that go together, of the patients with the index infusion.

    Part 1: before and after the index infusion, and around each earlier infusion of which at least
    half the patients have a score; Part 2: every visit. The first two columns, ``pre`` and
    ``post``, are those of the index infusion. Then age and PHQ-9, which have no occasion.
    """
    patients = received_index(cohort)
    ratings = cohort.tables["pain_ratings"]
    wide = ratings.pivot(index="patient", columns=["infusion", "visit"], values="nrs")
    wide = wide.reindex(patients)
    if cohort.part == RETROSPECTIVE:
        index, occasions = (cohort.index_infusion, (BEFORE, AFTER)), _earlier(cohort, wide)
    else:
        index = (cohort.index_infusion, (BASELINE, POST_40MIN))
        occasions = [(cohort.index_infusion, visit) for visit in VISITS[2:]]
    number, (pre, post) = index
    columns = {"pre": (number, pre), "post": (number, post)}
    columns |= {f"{visit}_{infusion}": (infusion, visit) for infusion, visit in occasions}
    known = cohort.patients.reindex(patients)
    return pd.DataFrame(
        {name: _column(wide, occasion) for name, occasion in columns.items()}
        | {"age": known["age"], "phq9": known["phq9"]},
        index=pd.Index(patients, name="patient", dtype=object),
    ).astype("float64")  # fmt: skip


def _earlier(cohort: Cohort, wide: pd.DataFrame) -> list[tuple[int, str]]:
    """Return the occasions before the index infusion that at least half the patients have."""
    return [
        (number, visit)
        for number in range(1, cohort.index_infusion)
        for visit in (BEFORE, AFTER)
        if 2 * _column(wide, (number, visit)).notna().sum() >= max(len(wide), 1)
    ]


def _column(wide: pd.DataFrame, occasion: tuple[int, str]) -> pd.Series:
    """Return the scores of one occasion; missing throughout where nobody has one."""
    if occasion in wide.columns:
        return wide[occasion]
    return pd.Series(float("nan"), index=wide.index)


def derive_course(cohort: Cohort) -> pd.DataFrame:
    """Return each eligible patient's change of pain against baseline, a column per visit."""
    ratings = cohort.of_eligible("pain_ratings")
    wide = ratings.pivot(index="patient", columns="visit", values="nrs").reindex(columns=VISITS)
    return wide.sub(wide[BASELINE], axis="index").drop(columns=BASELINE)


def derive_trajectory(infusions: pd.DataFrame) -> pd.DataFrame:
    """Return each patient's change of the reduction against infusion 1, a column per infusion.

    ``infusions`` has a row per infusion of Part 1: patient, infusion, nrs_reduction.
    """
    wide = infusions.pivot(index="patient", columns="infusion", values="nrs_reduction")
    wide = wide.reindex(columns=FIRST_INFUSIONS).astype("float64")
    changes = wide.sub(wide[FIRST_INFUSIONS[0]], axis="index").drop(columns=FIRST_INFUSIONS[0])
    return changes.rename(columns="infusion_{}".format)
