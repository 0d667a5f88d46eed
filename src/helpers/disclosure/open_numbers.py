"""What is told of patients whose number is withheld: only as much as leaves several numbers open.

A share in tens of percent, and a mean score with one decimal, are those of some numbers of patients
and not of others: a third of fifteen is one of no other number up to sixteen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from scipy import special

from helpers.disclosure.basis import Disclosure
from helpers.disclosure.coarse import fits_share
from helpers.disclosure.sizes import OPEN
from helpers.disclosure.whole_numbers import least_described
from helpers.disclosure.withholding import withheld, without_limits
from helpers.results import Estimate

SEVERAL: Final = 2  # numbers that must fit a mean, which says less of them than a share
_WHOLE: Final = 1e-6  # a sum of whole numbers, or a count, differs from one by less
_IMPUTED: Final = ".sensitivity.multiple_imputation.responders_"
_HALF_STEP: Final = 0.05 + 1e-9  # points: of a mean with one decimal
_MEANS: Final = ("nrs_reduction", "nrs_pre", "nrs_post")  # the first is what the others differ by
_CHANGES: Final = ("cadss_change", "sbp_change", "dbp_change", "hr_change", "spo2_change")


def keep_numbers_open(released: Iterable[Estimate], disclosure: Disclosure) -> list[Estimate]:
    """Return estimates, without those that would leave too few numbers for their patients.

    Estimates of the same patients are taken together: each may fit many numbers, and all of them
    few. The reduction of pain and the responders come first, the means before and after last.

    Args:
        released: the estimates of one part as they would be told else.
        disclosure: what decides over that part.
    """
    every = {each.key: each for each in released}
    told: dict[tuple[str, int], list[Estimate]] = {}
    for estimate in sorted((each for each in every.values() if _is_judged(each, disclosure)),
                           key=_place):  # fmt: skip
        family = told.setdefault(_family(estimate, disclosure), [])
        found = next((way for way in _ways(estimate) if _leave_open([*family, way], disclosure)),
                     None)  # fmt: skip
        if found is not None:
            family.append(found)
        every[estimate.key] = found or _without(estimate)
        imputed = estimate.key.replace(".short_term.responders_", _IMPUTED)
        if found is None and imputed in every:  # the same share, as imputed
            every[imputed] = _without(every[imputed])
    return list(every.values())


def _ways(estimate: Estimate) -> list[Estimate]:
    """Return how an estimate may be told: a mean also without its limits, which narrow it down."""
    if estimate.unit == "proportion" or estimate.lower is None:
        return [estimate]
    return [estimate, replace(without_limits(estimate), p_value=None)]


def _without(estimate: Estimate) -> Estimate:
    bound = {name: n for name, n in estimate.further.items() if name == "n_at_least"}
    return replace(withheld(estimate), further=bound)


def _leave_open(together: Sequence[Estimate], disclosure: Disclosure) -> bool:
    """Return whether several numbers of patients fit some estimates, of which the last is new."""
    possible = _possible(together, disclosure)
    fitting = [n for n in possible if _fit(together, n, disclosure.least)]
    return len(fitting) >= (SEVERAL if _name(together[-1]) else OPEN)


def _is_judged(estimate: Estimate, disclosure: Disclosure) -> bool:
    """Return whether an estimate is a count, or a sum of whole scores, over a withheld number."""
    hidden = estimate.n is None and "n_at_least" in estimate.further
    if not hidden or estimate.estimate is None or estimate.n_unit != "patients":
        return False
    if _name(estimate):
        return True
    before = disclosure.results.estimates[estimate.key]
    total = (before.estimate or 0.0) * (before.n or 0)
    return estimate.unit == "proportion" and abs(total - round(total)) < _WHOLE


def _name(estimate: Estimate) -> str:
    """Return what a mean of scores at the index infusion is of; empty for all else."""
    _, chapter, name, *last = (*estimate.key.split("."), "")
    known = {"short_term": _MEANS, "safety": _CHANGES}.get(chapter, ())
    return name if name in known and last == ["mean", ""] else ""


def _place(estimate: Estimate) -> int:
    return 1 if estimate.unit == "proportion" else 2 * (*_MEANS, *_CHANGES).index(_name(estimate))


def _family(estimate: Estimate, disclosure: Disclosure) -> tuple[str, int]:
    """Return the chapter of an estimate with its number: those are of the same patients."""
    return estimate.key.split(".")[1], disclosure.results.estimates[estimate.key].n or 0


def _possible(together: Sequence[Estimate], disclosure: Disclosure) -> list[int]:
    """Return what the number behind some estimates may be, before their values are looked at."""
    least = least_described(disclosure.least) if any(map(_name, together)) else 0
    return [n for n in disclosure.alike(together[0]) if n >= least]  # no mean is told of fewer


def _fit(together: Sequence[Estimate], number: int, least: int) -> bool:
    """Return whether so many patients may stand behind some estimates, all of them."""
    shares = [each.estimate or 0.0 for each in together if each.unit == "proportion"]
    sums = {_name(each): _sums(each, number) for each in together if _name(each)}
    return all(fits_share(share, number, least) for share in shares) and _add_up(sums)


def _sums(mean: Estimate, number: int) -> list[int]:
    """Return the sums of whole scores of which a mean and its limits are told."""
    middle = mean.estimate or 0.0
    low, high = middle - _HALF_STEP, middle + _HALF_STEP
    sums = range(math.ceil(low * number), math.floor(high * number) + 1)
    return [each for each in sums if mean.lower is None or _has_squares(mean, each, number)]


def _has_squares(mean: Estimate, total: int, number: int) -> bool:
    """Return whether scores of a sum have a sum of squares that gives the limits as rounded.

    Both sums are whole, and even or odd together. A half-width h of a t interval is that of
    (h/t)²·n(n − 1) + S²/n.
    """
    centre = total / number
    lower, upper = mean.lower or 0.0, mean.upper or 0.0
    shortest = max(centre - lower - _HALF_STEP, upper - _HALF_STEP - centre, 0.0)
    longest = min(centre - lower + _HALF_STEP, upper + _HALF_STEP - centre)
    if shortest > longest:
        return False
    t = float(special.stdtrit(number - 1, 0.5 + (mean.level or 0.95) / 2))
    least, most = (
        (width / t) ** 2 * number * (number - 1) + total**2 / number
        for width in (shortest, longest)
    )
    squares = range(math.ceil(least - _WHOLE), math.floor(most + _WHOLE) + 1)
    return any((each - total) % 2 == 0 for each in squares)


def _add_up(sums: Mapping[str, list[int]]) -> bool:
    """Return whether every mean has a sum, and those of pain add up if all three are told."""
    if not all(sums.values()) or any(name not in sums for name in _MEANS):
        return all(sums.values())
    reduced, before, after = (sums[name] for name in _MEANS)
    return any(one - other in reduced for one in before for other in after)
