"""Numbers as readers see them: the one place in which results are rounded."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from helpers.results import Estimate

NO_NUMBER: Final = "–"
_DECIMALS: Final = {
    "points": 1,
    "points, 0–10": 1,
    "points, 0–27": 1,
    "mg": 0,
    "mg/kg": 2,
    "h": 1,
    "years": 1,
    "kg": 1,
    "kg/m²": 1,
    "%": 0,
    "number": 1,
    "patients": 0,
    "standard deviations": 2,
    "days of complete relief": 1,
    "mmHg": 1,
    "beats/min": 1,
    "percentage points": 1,
}
_PERCENT_UNITS: Final = frozenset({"%", "proportion"})
_SPOKEN_UNITS: Final = {
    "number": "", "patients": "", "standard deviations": "SD", "odds ratio": "", "hazard ratio": "",
    "correlation": "", "log hazard ratio": "",
}  # fmt: skip


def format_number(value: float | None, decimals: int) -> str:
    """Return a number with fixed decimals and a true minus sign; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return NO_NUMBER
    # Half away from zero, on the number as it is written: 1.25 is 1.3, as a reader would round it.
    step = Decimal(1).scaleb(-decimals)
    text = str(Decimal(repr(float(value))).quantize(step, rounding=ROUND_HALF_UP))
    if float(text) == 0:  # no "-0.0"
        text = text.removeprefix("-")
    return text.replace("-", "−")


def format_value(value: float | None, unit: str) -> str:
    """Return a number in the precision of its unit, without the unit; proportions in percent."""
    if value is not None and unit == "proportion":
        return format_number(100 * value, 0)
    if unit == "days":  # durations are told in whole days, means of them are not whole
        return format_number(value, 0 if value is None or float(value).is_integer() else 1)
    return format_number(value, _DECIMALS.get(unit, 2))


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
        remark = estimate.status.partition(", ")[2] or "no interval"
        return text if estimate.unit == "days" else f"{text} ({remark})"
    interval = f"{text} ({format_interval(estimate)})".replace(" ", "\u00a0")
    return interval if estimate.sd is None else f"{interval}, {format_sd(estimate)}"


def format_sd(estimate: Estimate) -> str:
    """Return the standard deviation of the data, as ``SD 1.6``."""
    return f"SD\u00a0{format_value(estimate.sd, estimate.unit)}"


def has_no_spread(estimate: Estimate) -> bool:
    """Return whether all values agree, so that an interval around their mean says nothing."""
    return estimate.sd == 0 and estimate.lower == estimate.upper


def format_p(p_value: float | None) -> str:
    """Return a p-value as ``p = 0.03`` or ``p < 0.001``."""
    if p_value is None:
        return "no p-value"
    if p_value < 0.001:
        return "p < 0.001"
    return f"p = {p_value:.3f}" if p_value < 0.1 else f"p = {p_value:.2f}"


def bare_p(p_value: float | None) -> str:
    """Return a p-value for a column headed p: ``0.03``, ``< 0.001``, a dash where there is none."""
    if p_value is None:
        return NO_NUMBER
    return format_p(p_value).removeprefix("p ").removeprefix("= ").replace(" ", "\u00a0")


def format_count(count: int | None, total: int | None) -> str:
    """Return ``12 of 21 (57%)``; without the percentage where there is no total."""
    if count is None or not total:
        return f"{count or 0} of {total or 0}"
    return f"{count} of {total} ({100 * count / total:.0f}%)"


def reason(estimate: Estimate) -> str:
    """Return in words why an estimate has no number."""
    if estimate.status.startswith("none up to "):
        return estimate.status.replace("none up to", "not reached with shifts up to")
    return f"no number ({estimate.status})"
