"""One estimate after the other: withheld where it gives back a small count, rounded where not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from helpers.disclosure.basis import Disclosure
from helpers.disclosure.cells import is_small, unless_small
from helpers.disclosure.coarse import coarse_estimate
from helpers.disclosure.groups import tells_groups
from helpers.disclosure.open_numbers import SEVERAL, keep_numbers_open
from helpers.disclosure.rounding import round_estimate
from helpers.disclosure.rules import RULES
from helpers.disclosure.shares import withhold_share
from helpers.disclosure.sizes import kind_of
from helpers.disclosure.whole_numbers import are_few, least_described
from helpers.disclosure.withholding import (
    tells_count,
    withheld,
    without_limits,
    without_numbers,
)
from helpers.results import Estimate

_KEPT: Final = frozenset(
    {"n_boot", "m", "tau", "icc", "events", "gee_estimate", "gee_lower", "gee_upper",
     "lower_identified", "upper_identified", "predictors", "apparent", "spread_lower",
     "spread_upper", "mean_responders", "mean_non_responders", "sd_responders",
     "sd_non_responders", "n_responders", "n_non_responders", "count_responders",
     "count_non_responders", "n_level", "n_patients"}
)  # fmt: skip


def release_estimates(disclosure: Disclosure, flow: Mapping[str, int | None]) -> list[Estimate]:
    """Return the estimates of one part as they may be shown; ``flow`` holds its counts by key."""
    mine = [each for each in disclosure.results.estimates.values() if each.part == disclosure.part]
    each_alone = (
        _release_count(estimate, flow[estimate.key], disclosure)
        if estimate.key in flow
        else release_estimate(estimate, disclosure)
        for estimate in mine
    )
    released = keep_numbers_open(map(round_estimate, each_alone), disclosure)
    hidden = {_family(before) for before, after in zip(mine, released, strict=True)
              if before.p_adjusted is not None and after.p_value is None}  # fmt: skip
    return [replace(each, p_adjusted=None) if _family(each) in hidden else each
            for each in released]  # fmt: skip


def _family(estimate: Estimate) -> str:
    """Return the family in which a p-value is adjusted: its key without the last name or two.

    An adjusted p-value is a multiple of a p-value of its family, perhaps of one that is withheld.
    """
    return estimate.key.removesuffix(".odds_ratio").rpartition(".")[0]


def _release_count(estimate: Estimate, count: int | None, disclosure: Disclosure) -> Estimate:
    n = disclosure.sizes["patients"].only_shown(estimate.n)
    if count is None:
        return replace(withheld(estimate), n=n)
    return replace(estimate, n=n)


def release_estimate(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """Return an estimate as it may be shown."""
    estimate = replace(estimate, status=without_numbers(estimate.status))
    if estimate.n is not None and is_small(estimate.n, disclosure.least):
        return replace(withheld(estimate), n=None, n_missing=None)
    if _tells_rows(estimate, disclosure.least):
        return _hide_size(withheld(estimate), disclosure)
    if estimate.estimate is None:
        return _hide_size(_without_number(estimate, disclosure), disclosure)
    for rule in RULES:
        estimate = rule(estimate, disclosure)
    return _hide_size(estimate, disclosure)


def _tells_rows(estimate: Estimate, least: int) -> bool:
    """Return whether so few whole-number scores stand behind a number that it tells them all."""
    return (
        are_few(estimate.n, least)
        and estimate.n_unit == "patients"
        and estimate.unit != "proportion"
    )


def _without_number(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """Return an estimate that has no number: no count that explains it, no extreme as its limit."""
    if estimate.n and tells_count(estimate.status) and not tells_groups(estimate, disclosure):
        return withheld(estimate)
    bare = replace(estimate, further={}, status=_without_zero(estimate, disclosure))
    ends = [end for end in (estimate.lower, estimate.upper) if end is not None]
    extreme = not all(map(disclosure.steps_of(estimate).shows_day, ends))
    return without_limits(bare) if ends and extreme else bare


def _without_zero(estimate: Estimate, disclosure: Disclosure) -> str:
    """Return a status without the words that no score is missing, where how many are is not told.

    Told only where nobody lacks one, they would leave the missing ones to the scores before.
    """
    told = disclosure.shows_n(disclosure.get("short_term.nrs_reduction.mean"))
    return estimate.status if told else estimate.status.partition(": no score")[0]


def _hide_size(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """Show n where it may be, a lower bound where not; without n, a share is told coarsely."""
    sizes, n = disclosure.sizes_of(estimate), estimate.n
    further = {name: value for name, value in estimate.further.items() if name in _KEPT}
    for name in ("n_level", "n_patients"):
        if name in further:
            further[name] = disclosure.sizes["patients"].only_shown(further[name])
    shown = sizes.shows(n) and _may_be_told(estimate, disclosure)
    few_missing = is_small(estimate.n_missing or 0, disclosure.least)
    of_records = kind_of(estimate) != "patients"  # their total follows from the patients
    if n is None or (shown and not (of_records and few_missing)):
        missing = unless_small(estimate.n_missing, disclosure.least)
        total = None if missing is None else (n or 0) + missing
        n_missing = missing if sizes.shows(total) else None
        told = replace(estimate, n_missing=n_missing, further=further)
        return coarse_estimate(told) if _tells_main_share(estimate, disclosure) else told
    bound = _bound(estimate, shown, disclosure)
    if bound is None:
        return replace(withheld(estimate), n=None, n_missing=None)
    bare = replace(_without_thresholds(estimate), n=None, n_missing=None, sd=None,
                   further=further | {"n_at_least": bound})  # fmt: skip
    of_patients = estimate.unit == "proportion" and kind_of(estimate) == "patients"
    return coarse_estimate(bare) if of_patients else bare


def _bound(estimate: Estimate, shown: bool, disclosure: Disclosure) -> int | None:
    """Return the lower bound that is told of a withheld number; None where it would give it back.

    That a mean is told says that there are no fewer than a mean is told of.
    """
    n = estimate.n or 0
    sizes = disclosure.sizes_of(estimate)
    if kind_of(estimate) != "patients" or shown or n in sizes.shown:
        return sizes.at_least(n)
    alike, least = disclosure.alike(estimate), disclosure.least
    is_mean = estimate.unit != "proportion" and estimate.estimate is not None
    if not alike or (is_mean and sum(each >= least_described(least) for each in alike) < SEVERAL):
        return None
    return alike[0] // least * least


def _without_thresholds(estimate: Estimate) -> Estimate:
    """Leave out what is told from a certain number of patients on: that it is there tells them."""
    if estimate.key.endswith(".wilcoxon"):
        return withheld(estimate)
    if "rank_lower" in estimate.further and estimate.estimate is not None:
        return without_limits(estimate)
    return estimate


def _may_be_told(estimate: Estimate, disclosure: Disclosure) -> bool:
    """Return whether a number is not that of patients with any relief where that is withheld."""
    if ".weibull_" not in estimate.key:
        return True
    any_relief = disclosure.get("long_term.relief_days.any_relief.proportion")
    return withhold_share(any_relief, disclosure).estimate is not None


def _tells_main_share(estimate: Estimate, disclosure: Disclosure) -> bool:
    """Return whether an estimate is that of responders, imputed, who are told coarsely else."""
    _, imputed, name = estimate.key.partition(".multiple_imputation.responders_")
    if not imputed:
        return False
    return not disclosure.shows_n(disclosure.get(f"short_term.responders_{name}"))
