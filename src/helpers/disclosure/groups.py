"""Numbers by group: responders beside the others, and what tells who responds."""

from __future__ import annotations

from dataclasses import replace

from helpers.cohort.characteristics import CHARACTERISTICS, SUSTAINED
from helpers.disclosure.basis import GROUPS, Disclosure
from helpers.disclosure.cells import is_safe_share, is_small
from helpers.disclosure.whole_numbers import tells_characteristic, tells_group_means
from helpers.disclosure.withholding import withheld, without_limits
from helpers.results import Estimate


def withhold_groups(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """Withhold what tells a small group, or a small count in one, of responders and the others.

    The limits of a standardised difference give back the product of both sizes (their variance is
    1/n1 + 1/n0 + d²/2n), so that they are told only where the sizes are. The means of both groups,
    beside that of all, would tell the values of those in neither.
    """
    if ".responders." not in estimate.key:
        return estimate
    shares = _shares(estimate)
    if _has_small_group(estimate, disclosure.least):
        return withheld(estimate)
    if not all(is_safe_share(count, n, disclosure.least) for count, n in shares):
        return withheld(estimate)
    if not tells_characteristic(_characteristic(estimate), disclosure):
        return withheld(estimate)
    if shows_groups(estimate, disclosure):
        return estimate if shares else _without_few_means(estimate, disclosure)
    if shares:  # the difference of two shares gives back the counts
        return withheld(estimate)
    return without_limits(replace(estimate, further={}))


def _characteristic(estimate: Estimate) -> str:
    """Return the name of the characteristic by which groups differ, or that predicts."""
    return estimate.key.split(".")[-2]


def _without_few_means(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """Leave out the means of both groups where they would tell few patients of one."""
    name, further = _characteristic(estimate), estimate.further
    if tells_group_means(further, name, CHARACTERISTICS[name].unit, disclosure.least):
        return estimate
    sizes = {key: value for key, value in further.items() if not key.startswith(("mean_", "sd_"))}
    return replace(estimate, further=sizes)


def _has_small_group(estimate: Estimate, least: int) -> bool:
    """Return whether few patients are in one of the groups that an estimate compares."""
    sizes = (estimate.further.get(f"n_{group}") or 0 for group in GROUPS)
    return any(is_small(int(size), least) for size in sizes)


def _shares(estimate: Estimate) -> list[tuple[int, int]]:
    """Return count and size of both groups, of a characteristic that patients have or not."""
    counts = [(estimate.further.get(f"count_{group}"), estimate.further.get(f"n_{group}"))
              for group in GROUPS]  # fmt: skip
    return [(int(count), int(n or 0)) for count, n in counts if count is not None]


def shows_groups(estimate: Estimate, disclosure: Disclosure) -> bool:
    """Return whether the sizes of both groups may be shown: those of every eligible patient.

    Counts in fewer patients would give back, beside those in all, what the others had.
    """
    eligible = disclosure.get("flow.eligible").estimate
    sustained = f".{SUSTAINED}." in estimate.key
    known = disclosure.shows_sustained() if sustained else True
    return known and disclosure.shows_n(estimate) and estimate.n == eligible


def tells_groups(estimate: Estimate, disclosure: Disclosure) -> bool:
    """Return whether an estimate is of two groups, neither of them small, that may be told of.

    A model needs more patients in each than a small count, so that too few are not few.
    """
    if ".model." in estimate.key:
        events = (estimate.further.get(name) or 0 for name in ("n_events", "n_non_events"))
        return not any(is_small(int(count), disclosure.least) for count in events)
    if ".responders." not in estimate.key and ".predictors." not in estimate.key:
        return False
    twin = estimate if ".responders." in estimate.key else _difference_of(estimate, disclosure)
    return shows_groups(twin, disclosure) and not _has_small_group(twin, disclosure.least)


def withhold_odds(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """Withhold what an odds ratio gives back of the groups whose odds it compares.

    That of a yes/no predictor gives back the table that its difference stands for. Limits and
    p-value tell how large both groups are, since the spread of a predictor in all patients is told;
    where the number of patients is withheld, one equation is left for two unknown sizes.
    """
    if ".predictors." not in estimate.key or ".model." in estimate.key:
        return estimate
    twin = _difference_of(estimate, disclosure)
    if _has_small_group(twin, disclosure.least):
        return withheld(estimate)
    if not tells_characteristic(_characteristic(estimate), disclosure):
        return withheld(estimate)
    if _shares(twin) and withhold_groups(twin, disclosure).estimate is None:
        return withheld(estimate)
    if shows_groups(twin, disclosure) or not disclosure.shows_n(estimate):
        return estimate
    return replace(without_limits(estimate), p_value=None, p_adjusted=None)


def _difference_of(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """Return the standardised difference of the same characteristic in the same patients."""
    key = estimate.key.removeprefix(f"{disclosure.part}.")
    return disclosure.get(key.replace("predictors.", "responders.", 1)
                          .replace(".odds_ratio", ".difference"))  # fmt: skip
