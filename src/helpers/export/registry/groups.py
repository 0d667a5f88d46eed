"""The groups of the record: one for each part that was read."""

from __future__ import annotations

from typing import Final

from helpers.export.registry.record import Group
from helpers.results import Results
from helpers.study import (
    MIN_INFUSIONS,
    MIN_PRIOR_INFUSIONS,
    PART_TITLES,
    PROSPECTIVE,
    RETROSPECTIVE,
    TARGET_HOURS,
    TARGET_MG_PER_KG,
    WEEKS,
)

_ROUTINE: Final = (
    f"routine treatment with intravenous ketamine (target {TARGET_MG_PER_KG[0]:g} to "
    f"{TARGET_MG_PER_KG[1]:g} mg/kg over {TARGET_HOURS[0]:g} to {TARGET_HOURS[1]:g} hours)"
)
_DESCRIPTIONS: Final = {
    RETROSPECTIVE: f"Adults with fibromyalgia who had at least {MIN_INFUSIONS} infusions in "
    f"{_ROUTINE}, by review of the clinic's charts. Pain and relief are those of the index "
    "infusion.",
    PROSPECTIVE: f"Adults with fibromyalgia who had at least {MIN_PRIOR_INFUSIONS} earlier "
    f"infusions in {_ROUTINE}, followed through one infusion for up to {WEEKS[-1]} weeks. Later "
    "treatment is not recorded.",
}


def describe_groups(results: Results) -> tuple[Group, ...]:
    """Return a group for each part, in the order of the results."""
    return tuple(Group(part, PART_TITLES[part], _DESCRIPTIONS[part])
                 for part in results.provenance["parts"])  # fmt: skip
