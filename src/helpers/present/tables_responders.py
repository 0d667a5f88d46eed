"""Tables of who responds: the two groups side by side, then odds ratios."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from helpers.cohort.characteristics import (
    CHARACTERISTICS,
    OUTCOMES,
    RESPONDER,
    SUSTAINED,
    Characteristic,
)
from helpers.present.numbers import (
    NO_NUMBER,
    WITHHELD,
    format_count,
    format_in_table,
    format_n,
    format_number,
    told_adjusted_p,
    told_p,
)
from helpers.present.tables import short_title
from helpers.results import Estimate, Results

GROUPS: Final = {
    RESPONDER: ("Pain reduced by 30% or more", "Pain not so reduced"),
    SUSTAINED: ("Relief of 14 days or more", "Less relief"),
}


def tabulate_responders(
    results: Results, parts: Sequence[str], outcome: str, level: str
) -> pd.DataFrame:
    """Return each characteristic in responders and non-responders, with the difference."""
    rows = []
    with_it, without_it = GROUPS[outcome]
    for part in parts:
        for name, characteristic in CHARACTERISTICS.items():
            estimate = results.get(f"{part}.responders.{outcome}.{name}.difference")
            unit = f" ({characteristic.unit})" if characteristic.unit else ""
            rows.append(
                {
                    "Part": short_title(part),
                    "Characteristic": f"{characteristic.named(part)}{unit}",
                    with_it: _group(estimate, characteristic, "responders"),
                    without_it: _group(estimate, characteristic, "non_responders"),
                    f"Standardised difference ({level}% CI)": format_in_table(estimate),
                }
            )
    return pd.DataFrame(rows)


def _group(estimate: Estimate, characteristic: Characteristic, group: str) -> str:
    """Return mean, SD and n of one group, or the count."""
    further = estimate.further
    n = further.get(f"n_{group}")
    if not n:
        return WITHHELD if WITHHELD in estimate.status else NO_NUMBER
    if characteristic.yes_no:
        return format_count(further.get(f"count_{group}"), n)
    if f"mean_{group}" not in further:
        return f"{WITHHELD}, n = {n}"
    mean, sd = (format_number(further.get(f"{what}_{group}"), 1) for what in ("mean", "sd"))
    return f"{mean} ({sd}), n = {n}"


def tabulate_predictors(results: Results, parts: Sequence[str], level: str) -> pd.DataFrame:
    """Return the odds ratio of each predictor, by part and outcome."""
    rows = []
    for part in parts:
        for outcome, words in OUTCOMES.items():
            for name in CHARACTERISTICS:
                estimate = results.get(f"{part}.predictors.{outcome}.{name}.odds_ratio")
                rows.append(
                    {
                        "Outcome": f"{short_title(part)}: {words}",
                        "Predictor": estimate.label.partition(": ")[0],
                        f"Odds ratio ({level}% CI)": format_in_table(estimate),
                        "p": told_p(estimate),
                        "p, adjusted": told_adjusted_p(estimate),
                        "Open counted as sustained | as not": _extremes(estimate),
                        "n": format_n(estimate),
                    }
                )
    return pd.DataFrame(rows)


def _extremes(estimate: Estimate) -> str:
    """Return the odds ratios with every open duration counted as sustained, and as not."""
    ends = [estimate.further.get(f"estimate_open_as_{what}") for what in
            ("sustained", "not_sustained")]  # fmt: skip
    if estimate.further.get("n_open") == 0:
        return "none open"
    if ends == [None, None]:
        return NO_NUMBER
    return " | ".join(format_number(end, 2) for end in ends)
