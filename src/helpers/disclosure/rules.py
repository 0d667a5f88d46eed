"""Rules for one estimate: each withholds it for one reason."""

from __future__ import annotations

import re
from typing import Final

from helpers.cohort.characteristics import SUSTAINED
from helpers.disclosure.basis import Disclosure, Rule
from helpers.disclosure.cells import is_small
from helpers.disclosure.event_tables import tells_all_events
from helpers.disclosure.groups import withhold_groups, withhold_odds
from helpers.disclosure.shares import SURVIVAL, withhold_share
from helpers.disclosure.whole_numbers import withhold_ranked, withhold_spread
from helpers.disclosure.withholding import withheld, without_limits
from helpers.results import Estimate


def _survival(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """A probability at a day: only where the ends until then may be told apart from others."""
    found = SURVIVAL.search(estimate.key)
    if found is None:
        return estimate
    kind, day = found[1], float(found[2])
    steps = disclosure.steps["relief_days"]
    if not steps.shows(day, including=kind != "at_least"):
        return withheld(estimate)
    if kind == "npmle_survival" and _is_small_mass(estimate, disclosure.least):
        return withheld(estimate)
    return estimate


def _is_small_mass(estimate: Estimate, least: int) -> bool:
    n = estimate.n or 0
    shares = (estimate.estimate, estimate.further.get("lower_identified"),
              estimate.further.get("upper_identified"))  # fmt: skip
    known = [share for share in shares if share is not None]
    return any(
        is_small(round(n * part, 6), least) for share in known for part in (share, 1 - share)
    )


def _open_durations(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """Open durations counted one way and the other: the difference is their number."""
    if ".sensitivity.open_as_" not in estimate.key:
        return estimate
    counts = disclosure.results.tables["responders"][disclosure.part][SUSTAINED]
    return withheld(estimate) if is_small(counts["open"], disclosure.least) else estimate


def _rate(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """A rate is the number of events over that of infusions: each gives back the other."""
    if estimate.unit != "events per infusion":
        return estimate
    events = round((estimate.estimate or 0.0) * (estimate.n or 0))
    both = tells_all_events(disclosure) and disclosure.shows_n(estimate)
    return estimate if both and not is_small(events, disclosure.least) else withheld(estimate)


def _few_ends(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """A model of infusions rests on those with an event, and on those without: neither is few."""
    events = estimate.further.get("n_events")
    if ".all_infusions.dose." not in estimate.key or events is None:
        return estimate
    few = is_small(int(events), disclosure.least)
    if estimate.unit == "odds ratio":
        few = few or is_small((estimate.n or 0) - int(events), disclosure.least)
    return withheld(estimate) if few else estimate


def _median_duration(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """A median of durations and its limits are days of patients: none that is an extreme."""
    if not re.search(r"\.relief_days\.(npmle_)?median$", estimate.key):
        return estimate
    steps = disclosure.steps_of(estimate)
    if not steps.shows_day(estimate.estimate):
        return withheld(estimate)
    ends = [end for end in (estimate.lower, estimate.upper) if end is not None]
    return estimate if all(map(steps.shows_day, ends)) else without_limits(estimate)


def _order_statistic(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    rank = estimate.further.get("rank_lower")
    if rank is None or rank >= disclosure.least:
        return estimate
    return without_limits(estimate)


def _mean_duration(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """A mean to the last day observed would tell that day, which is one patient's; so do bounds."""
    tau = estimate.further.get("tau")
    if tau is None and "_bound" in estimate.key and ".relief_days.rmst_" in estimate.key:
        tau = disclosure.get("long_term.relief_days.rmst").further.get("tau")
    if tau is None or tau >= disclosure.horizon_days:
        return estimate
    return withheld(estimate)


RULES: Final[tuple[Rule, ...]] = (
    _survival, withhold_share, _open_durations, withhold_spread, withhold_ranked, _rate, _few_ends,
    _median_duration, _order_statistic, _mean_duration, withhold_groups, withhold_odds,
)  # fmt: skip
