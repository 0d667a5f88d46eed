"""Numbers as readers see them: the one place in which results are rounded."""

from __future__ import annotations

import math
from typing import Final

from helpers.results import Estimate
from helpers.units import as_decimal, decimals

NO_NUMBER: Final = "–"
WITHHELD: Final = "withheld"  # in a release, where a count is small or would give one back
_BORDER: Final = 0.05
_HUGE: Final = 1e7  # from here on a number is told by its power of ten: nobody reads its digits
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_PERCENT_UNITS: Final = frozenset({"%", "proportion"})
_SPOKEN_UNITS: Final = {
    "number": "", "patients": "", "standard deviations": "SD", "odds ratio": "", "hazard ratio": "",
    "correlation": "", "log hazard ratio": "",
}  # fmt: skip


def format_number(value: float | None, places: int) -> str:
    """Return a number with fixed decimals and a true minus sign; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return NO_NUMBER
    if abs(value) >= _HUGE:
        return _format_huge(value)
    text = str(as_decimal(value, places))
    if float(text) == 0:  # no "-0.0"
        text = text.removeprefix("-")
    return text.replace("-", "−")


def _format_huge(value: float) -> str:
    """Return a number by its power of ten, as ``8.3×10²⁹``."""
    factor, power = f"{value:.1e}".split("e+")
    return f"{factor}×10{str(int(power)).translate(_RAISED)}".replace("-", "−")


def format_value(value: float | None, unit: str) -> str:
    """Return a number in the precision of its unit, without the unit; proportions in percent."""
    if value is not None and unit == "proportion":
        return format_number(100 * value, 0)
    return format_number(value, decimals(value, unit))


def spoken_unit(unit: str) -> str:
    """Return the unit as it follows a number in a sentence."""
    if unit in _PERCENT_UNITS:
        return "%"
    return _SPOKEN_UNITS.get(unit, unit.partition(",")[0])


def with_unit(text: str, unit: str) -> str:
    """Return a formatted number followed by its unit, joined by a non-breaking space."""
    spoken = spoken_unit(unit)
    if spoken == "%":
        return f"{text}%"
    return f"{text}\u00a0{spoken}" if spoken else text


def format_estimate(estimate: Estimate) -> str:
    """Return an estimate with its unit, or why there is no number."""
    if estimate.estimate is None:
        return reason(estimate)
    return with_unit(format_value(estimate.estimate, estimate.unit), estimate.unit)


def format_interval(estimate: Estimate) -> str:
    """Return the limits, as ``1.9 to 3.3``; a limit that does not exist is said to be so."""
    lower, upper = (
        format_value(limit, estimate.unit) for limit in (estimate.lower, estimate.upper)
    )
    if estimate.lower is None and estimate.upper is None:
        return "no interval"
    if estimate.upper is None:
        return f"{lower} to not reached"
    if estimate.lower is None:
        return f"not reached to {upper}"
    return f"{lower} to {upper}"


def format_level(level: float | None) -> str:
    """Return a confidence level as ``95``."""
    return NO_NUMBER if level is None else f"{100 * level:g}"


def format_with_interval(estimate: Estimate) -> str:
    """Return estimate, unit and interval: ``2.6 points (95% CI 1.9 to 3.3)``."""
    text = format_estimate(estimate)
    if has_no_spread(estimate):
        return f"{text} (all values equal)"
    if hides_interval(estimate):
        return f"{text} (interval {WITHHELD})"
    if estimate.lower is None and estimate.upper is None:
        return text
    return f"{text} ({format_level(estimate.level)}% CI {format_interval(estimate)})"


def format_identified(estimate: Estimate) -> str:
    """Return between which two values the data leave an estimate, where they leave it open.

    Empty where the two agree, or where the estimate has no such range.
    """
    ends = [estimate.further.get(f"{side}_identified") for side in ("lower", "upper")]
    if ends == [None, None] or ends[0] == ends[1]:
        return ""
    lower, upper = (format_value(end, estimate.unit) for end in ends)
    sign = "%" if estimate.unit in _PERCENT_UNITS else ""
    if ends[1] is None:
        return f"{lower}{sign} or more"
    return f"{lower}{sign} to {upper}{sign}"


def format_in_table(estimate: Estimate) -> str:
    """Return ``2.6 (1.9 to 3.3)`` for a cell whose row names the unit; percentages keep theirs."""
    if estimate.estimate is None:
        return reason(estimate)
    sign = "%" if estimate.unit in _PERCENT_UNITS else ""
    text = f"{format_value(estimate.estimate, estimate.unit)}{sign}"
    if has_no_spread(estimate):
        return f"{text} (all values equal)"
    if estimate.lower is None and estimate.upper is None:
        if hides_interval(estimate):
            return f"{text} (interval {WITHHELD})"
        remark = estimate.status.partition(", ")[2] or "no interval"
        return f"{text} ({remark})" if estimate.unit != "days" else text
    interval = f"{text} ({format_interval(estimate)})".replace(" ", "\u00a0")
    return interval if estimate.sd is None else f"{interval}, {format_sd(estimate)}"


def format_sd(estimate: Estimate) -> str:
    """Return the standard deviation of the data, as ``SD 1.6``."""
    return (
        f"SD\u00a0{WITHHELD if estimate.sd is None else format_value(estimate.sd, estimate.unit)}"
    )


def hides_interval(estimate: Estimate) -> bool:
    """Return whether a release withholds the interval of a number that it shows."""
    return f"interval {WITHHELD}" in estimate.status


def has_no_spread(estimate: Estimate) -> bool:
    """Return whether all values agree, so that an interval around their mean says nothing."""
    return estimate.sd == 0 and estimate.lower == estimate.upper


def format_p(p_value: float | None) -> str:
    """Return a p-value as ``p = 0.03`` or ``p < 0.001``."""
    if p_value is None:
        return "no p-value"
    if p_value < 0.001:
        return "p < 0.001"
    if round(p_value, 3) == _BORDER and p_value != _BORDER:
        return f"p = {p_value:.4f}"  # three decimals would hide the side
    rounded = p_value >= 0.01 and round(p_value, 2) == p_value  # as a release tells it
    return f"p = {p_value:.2f}" if rounded or p_value >= 0.1 else f"p = {p_value:.3f}"


def bare_p(p_value: float | None) -> str:
    """Return a p-value for a column headed p: ``0.03``, ``< 0.001``, a dash where there is none."""
    if p_value is None:
        return NO_NUMBER
    return format_p(p_value).removeprefix("p ").removeprefix("= ").replace(" ", "\u00a0")


def told_p(estimate: Estimate) -> str:
    """Return the p-value of an estimate, which is withheld with its interval."""
    if estimate.estimate is not None and estimate.p_value is None and hides_interval(estimate):
        return WITHHELD
    return bare_p(estimate.p_value)


def told_adjusted_p(estimate: Estimate) -> str:
    """Return an adjusted p-value, which is withheld where not every p of its family is told."""
    if estimate.p_adjusted is None and told_p(estimate) != NO_NUMBER:
        return WITHHELD
    return bare_p(estimate.p_adjusted)


def format_count(count: int | None, total: int | None) -> str:
    """Return ``12 of 21 (57%)``; without the percentage where there is no total."""
    if count is None or total is None:
        return WITHHELD
    if not total:
        return f"{count} of {total}"
    return f"{count} of {total} ({100 * count / total:.0f}%)"


def format_cell(count: int | None) -> str:
    """Return a count, or that it is withheld."""
    return WITHHELD if count is None else str(count)


def format_n(estimate: Estimate) -> str:
    """Return the number behind an estimate, or as much of it as is shown."""
    least = estimate.further.get("n_at_least")
    return format_cell(estimate.n) if least is None else f"at least {least}"


def name_n(estimate: Estimate) -> str:
    """Return the number behind an estimate as ``n = 21``, or ``n ≥ 20`` where it is not shown."""
    least = estimate.further.get("n_at_least")
    if estimate.n is None:
        return "n withheld" if least is None else f"n ≥ {least}"
    return f"n = {estimate.n}"


def reason(estimate: Estimate) -> str:
    """Return in words why an estimate has no number."""
    if estimate.status.startswith("none up to "):
        return estimate.status.replace("none up to", "not reached with shifts up to")
    if estimate.status.startswith(WITHHELD):
        return WITHHELD
    return f"no number ({estimate.status})"
