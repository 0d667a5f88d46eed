"""One estimate after the other: withheld where it gives back a small count, rounded where not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from helpers.cohort.characteristics import SUSTAINED
from helpers.disclosure.cells import WITHHELD, is_safe_share, is_small, unless_small
from helpers.disclosure.curves import Steps
from helpers.disclosure.rounding import coarse_estimate
from helpers.disclosure.sizes import Sizes, kind_of
from helpers.results import Estimate, Results
from helpers.study import SUSTAINED_DAYS

_SURVIVAL: Final = re.compile(r"\.relief_days\.(npmle_survival|survival|at_least)_(\d+)$")
_KEPT: Final = frozenset(
    {"n_boot", "m", "tau", "icc", "events", "gee_estimate", "gee_lower", "gee_upper",
     "lower_identified", "upper_identified", "predictors", "apparent", "spread_lower",
     "spread_upper", "mean_responders", "mean_non_responders", "sd_responders",
     "sd_non_responders", "n_responders", "n_non_responders", "count_responders",
     "count_non_responders", "n_level", "n_patients"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What decides whether the numbers of one part may be shown."""

    results: Results
    part: str
    least: int
    sizes: Mapping[str, Sizes]
    steps: Mapping[str, Steps]
    horizon_days: int
    responders: tuple[int, ...]  # counts at the thresholds, differing by no small number

    def shows_sustained(self) -> bool:
        """Return whether the ends of relief before the day of sustained relief may be told."""
        return self.steps["relief_days"].shows(SUSTAINED_DAYS, including=False)

    def sizes_of(self, estimate: Estimate) -> Sizes:
        """Return the sizes that may be shown beside the n of an estimate."""
        return self.sizes[kind_of(estimate)]

    def shows_n(self, estimate: Estimate) -> bool:
        """Return whether the n of an estimate may be shown."""
        return self.sizes_of(estimate).shows(estimate.n)

    def get(self, suffix: str) -> Estimate:
        """Return an estimate of the part, as it was before anything was withheld."""
        return self.results.get(f"{self.part}.{suffix}")


Rule = Callable[[Estimate, Disclosure], Estimate]


def release_estimates(disclosure: Disclosure, flow: Mapping[str, int | None]) -> list[Estimate]:
    """Return the estimates of one part as they may be shown; ``flow`` holds its counts by key."""
    mine = [each for each in disclosure.results.estimates.values() if each.part == disclosure.part]
    released = [
        _release_count(estimate, flow[estimate.key], disclosure)
        if estimate.key in flow
        else release_estimate(estimate, disclosure)
        for estimate in mine
    ]
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
    for rule in _RULES:
        estimate = rule(estimate, disclosure)
    return _hide_size(estimate, disclosure)


def _tells_rows(estimate: Estimate, least: int) -> bool:
    """Return whether so few whole-number scores stand behind a number that it tells them all."""
    few = estimate.n is not None and 0 < estimate.n < 2 * least
    return few and estimate.n_unit == "patients" and estimate.unit != "proportion"


def _without_number(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """Return an estimate that has no number: no count that explains it, no extreme as its limit."""
    bare = replace(estimate, further={})
    ends = [end for end in (estimate.lower, estimate.upper) if end is not None]
    extreme = not all(map(_steps_of(estimate, disclosure).shows_day, ends))
    return without_limits(bare) if ends and extreme else bare


def _steps_of(estimate: Estimate, disclosure: Disclosure) -> Steps:
    """Return the curve whose days an estimate is read from."""
    name = "all_infusions.relief_days" if "all_infusions" in estimate.key else "relief_days"
    return disclosure.steps.get(name, disclosure.steps["relief_days"])


def withheld(estimate: Estimate) -> Estimate:
    """Return an estimate without any number but its n."""
    return replace(
        estimate, estimate=None, lower=None, upper=None, level=None, p_value=None, p_adjusted=None,
        sd=None, status=WITHHELD, further={}, method=_without_last_day(estimate.method),
    )  # fmt: skip


def _without_last_day(method: str) -> str:
    """Return a method without the last day of a patient, or that all had the same value."""
    return re.sub(r" to day \d+(\.\d+)?|; all values equal.*", "", method)


def without_limits(estimate: Estimate) -> Estimate:
    """Return an estimate whose limits would be the values of single patients."""
    status = f"{estimate.status}, interval {WITHHELD}"
    return replace(estimate, lower=None, upper=None, level=None, status=status)


def without_numbers(status: str) -> str:
    """Return a status without the counts, and the last day of a patient, that it may hold."""
    if status.startswith(("not enough data", "nobody observed after")):
        return re.sub(r":.*| after day.*", "", status)
    # How many resamples miss a patient tells how many there are.
    return re.sub(r"\b\d+ of \d+ resamples", "some resamples", status)


# rules: each withholds for one reason


def _survival(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """A probability at a day: only where the ends until then may be told apart from others."""
    found = _SURVIVAL.search(estimate.key)
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


def _share(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """A share of patients: neither the count nor what is left of them is small."""
    if estimate.unit != "proportion" or _SURVIVAL.search(estimate.key):
        return estimate
    n = estimate.n or 0
    events = estimate.further.get("events")
    count = round((estimate.estimate or 0.0) * n) if events is None else int(events)
    safe = is_safe_share(count, n, disclosure.least)
    if ".short_term.responders_" in estimate.key:
        safe = safe and count in disclosure.responders
    return estimate if safe and not _nearly_all(estimate, count, disclosure) else withheld(estimate)


def _nearly_all(estimate: Estimate, count: int, disclosure: Disclosure) -> bool:
    """Return whether all but a few of those with any event had this one, or are eligible."""
    if ".safety.ae." in estimate.key or ".safety_consented." in estimate.key:
        any_event = int(disclosure.get("safety.any_ae.proportion").further.get("events") or 0)
        return is_small(abs(any_event - count), disclosure.least)
    return False


def _open_durations(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """Open durations counted one way and the other: the difference is their number."""
    if ".sensitivity.open_as_" not in estimate.key:
        return estimate
    counts = disclosure.results.tables["responders"][disclosure.part][SUSTAINED]
    return withheld(estimate) if is_small(counts["open"], disclosure.least) else estimate


def _other_reading(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """The same share counted in more patients would give back those who were left out."""
    prefix = ".sensitivity.missing_as_non_responder."
    if prefix not in estimate.key:
        return estimate
    main = disclosure.get(f"short_term.{estimate.key.partition(prefix)[2]}")
    return estimate if disclosure.shows_n(main) else withheld(estimate)


def _few_above_zero(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """A mean percentage near 0 with a wide spread is that of a few patients with any."""
    if estimate.unit != "%" or estimate.sd is None or disclosure.least <= 1:
        return estimate
    return withheld(estimate) if estimate.sd > 2 * abs(estimate.estimate or 0.0) else estimate


def _rate(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    if estimate.unit != "events per infusion":
        return estimate
    events = round((estimate.estimate or 0.0) * (estimate.n or 0))
    return withheld(estimate) if is_small(events, disclosure.least) else estimate


def _median_duration(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """A median of durations and its limits are days of patients: none that is an extreme."""
    if not re.search(r"\.relief_days\.(npmle_)?median$", estimate.key):
        return estimate
    steps = _steps_of(estimate, disclosure)
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


def _groups(estimate: Estimate, disclosure: Disclosure) -> Estimate:
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
    if shows_groups(estimate, disclosure):
        return estimate
    if shares:  # the difference of two shares gives back the counts
        return withheld(estimate)
    # The means of both groups, beside that of all, would tell the values of those in neither.
    return replace(estimate, further={})


def shows_groups(estimate: Estimate, disclosure: Disclosure) -> bool:
    """Return whether the sizes of both groups may be shown: those of every eligible patient.

    Counts in fewer patients would give back, beside those in all, what the others had.
    """
    eligible = disclosure.get("flow.eligible").estimate
    sustained = f".{SUSTAINED}." in estimate.key
    known = disclosure.shows_sustained() if sustained else True
    return known and disclosure.shows_n(estimate) and estimate.n == eligible


def _odds(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """The odds ratio of a yes/no predictor gives back the table that its difference stands for."""
    if ".predictors." not in estimate.key or ".model." in estimate.key:
        return estimate
    key = estimate.key.removeprefix(f"{disclosure.part}.")
    twin = disclosure.get(key.replace("predictors.", "responders.", 1)
                          .replace(".odds_ratio", ".difference"))  # fmt: skip
    if twin.further.get("count_responders") is None:
        return estimate
    return withheld(estimate) if _groups(twin, disclosure).estimate is None else estimate


_RULES: Final[tuple[Rule, ...]] = (
    _survival, _share, _other_reading, _open_durations, _few_above_zero, _rate, _median_duration,
    _order_statistic, _mean_duration, _groups, _odds,
)  # fmt: skip


def _hide_size(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """Show n where it may be, a lower bound where not; without n, a share is told coarsely."""
    sizes, n = disclosure.sizes_of(estimate), estimate.n
    further = {name: value for name, value in estimate.further.items() if name in _KEPT}
    for name in ("n_level", "n_patients"):
        if name in further:
            further[name] = disclosure.sizes["patients"].only_shown(further[name])
    few_missing = is_small(estimate.n_missing or 0, disclosure.least)
    of_records = kind_of(estimate) != "patients"  # their total follows from the patients
    if n is None or (sizes.shows(n) and not (of_records and few_missing)):
        missing = unless_small(estimate.n_missing, disclosure.least)
        total = None if missing is None else (n or 0) + missing
        shown = missing if sizes.shows(total) else None
        return replace(estimate, n_missing=shown, further=further)
    bare = replace(estimate, n=None, n_missing=None, sd=None,
                   further=further | {"n_at_least": sizes.at_least(n)})  # fmt: skip
    return coarse_estimate(bare) if estimate.unit == "proportion" else bare
