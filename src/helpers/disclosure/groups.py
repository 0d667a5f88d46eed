"""Numbers by group: responders beside the others, and what tells who responds."""

from __future__ import annotations

from dataclasses import replace

from helpers.cohort.characteristics import SUSTAINED
from helpers.disclosure.basis import Disclosure
from helpers.disclosure.cells import is_safe_share, is_small
from helpers.disclosure.withholding import withheld
from helpers.results import Estimate


def withhold_groups(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """Responders and the others: no small group, and no small count in a group."""
    if ".responders." not in estimate.key:
        return estimate
    further = estimate.further
    sizes = [int(further[f"n_{group}"]) for group in ("responders", "non_responders")]
    counts = [further.get(f"count_{group}") for group in ("responders", "non_responders")]
    shares = [(int(c), n) for c, n in zip(counts, sizes, strict=True) if c is not None]
    if any(is_small(n, disclosure.least) for n in sizes):
        return withheld(estimate)
    if not all(is_safe_share(c, n, disclosure.least) for c, n in shares):
        return withheld(estimate)
    if showswithhold_groups(estimate, disclosure):
        return estimate
    if shares:  # the difference of two shares gives back the counts
        return withheld(estimate)
    # The means of both groups, beside that of all, would tell the values of those in neither.
    return replace(estimate, further={})


def showswithhold_groups(estimate: Estimate, disclosure: Disclosure) -> bool:
    """Return whether the sizes of both groups may be shown: those of every eligible patient.

    Counts in fewer patients would give back, beside those in all, what the others had.
    """
    eligible = disclosure.get("flow.eligible").estimate
    sustained = f".{SUSTAINED}." in estimate.key
    known = disclosure.shows_sustained() if sustained else True
    return known and disclosure.shows_n(estimate) and estimate.n == eligible


def withhold_odds(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """The odds ratio of a yes/no predictor gives back the table that its difference stands for."""
    if ".predictors." not in estimate.key or ".model." in estimate.key:
        return estimate
    key = estimate.key.removeprefix(f"{disclosure.part}.")
    twin = disclosure.get(key.replace("predictors.", "responders.", 1)
                          .replace(".odds_ratio", ".difference"))  # fmt: skip
    if twin.further.get("count_responders") is None:
        return estimate
    return withheld(estimate) if withhold_groups(twin, disclosure).estimate is None else estimate
