"""Durations of relief as time to event: bounds, midpoint, event, and why one is censored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from helpers.analysis.long_term import relief_times
from helpers.export.datasets.typed import NEXT_INFUSION, ONGOING, RELIEF_ORIGINS
from helpers.export.datasets.variables import Origin, Variable, define
from helpers.ingest.tables import RELIEF

CENSOR_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "stated": "stated as at least so long",
        ONGOING: "ongoing when last asked",
        NEXT_INFUSION: "lasted until the next infusion",
    }
)
_ALLOWED: Final = {column.name: column.allowed for column in RELIEF.columns}


def derive_times(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with ``time_days``, ``event``, ``censor_reason``; no upper end: missing.

    Times and events are those of the Kaplan–Meier estimates. Rows without a duration have none.
    """
    known = frame[frame["kind"].notna()]
    time, event = relief_times(known)
    censored = known["kind"] == "right"
    reasons = known["basis"].where(censored).map(CENSOR_REASONS)
    return frame.assign(
        upper_days=frame["upper_days"].replace(np.inf, np.nan),
        time_days=pd.Series(time, index=known.index).reindex(frame.index),
        event=pd.Series(event, index=known.index, dtype="boolean").reindex(frame.index),
        censor_reason=reasons.reindex(frame.index),
    )


def relief_variables(when: Mapping[str, tuple[str, ...]]) -> tuple[Variable, ...]:
    """Return the variables of a duration; ``when`` as in :class:`Origin`."""
    keys = {"patient": "patient", "infusion": "infusion"}

    def origins(*columns: str) -> tuple[Origin, ...]:
        own = Origin("relief", columns, keys, when=when)
        return (own, *(replace(each, when={**each.when, **when}) for each in RELIEF_ORIGINS))

    limits = (0, None)
    bounds = origins("lower_days", "upper_days")
    return (
        define("kind", "text", "how the duration of relief is known", "as in `relief`",
               *origins("kind"), allowed=_ALLOWED["kind"]),
        define("lower_days", "number", "the relief lasted at least so long", "as in `relief`",
               *origins("lower_days"), unit="days", limits=limits),
        define("upper_days", "number", "and at most so long (missing: right-censored)",
               "as in `relief`", *origins("upper_days"), unit="days", limits=limits),
        define("time_days", "number", "time to the end of relief, or to censoring",
               "midpoint of lower_days and upper_days; right-censored: lower_days; the time of the "
               "Kaplan–Meier estimates", *bounds, unit="days", limits=limits),
        define("event", "yes/no", "relief was seen to end", "every kind but right", *bounds),
        define("censor_reason", "text", "why the end was not seen", "of kind right, by basis",
               *origins("basis"), allowed=tuple(CENSOR_REASONS.values())),
        define("approximate", "yes/no", "the writer said about, a few, a couple of",
               "as in `relief`", Origin("relief", ("approximate",), keys, when=when)),
        define("basis", "text", "what the bounds rest on", "as in `relief`", *origins("basis"),
               allowed=_ALLOWED["basis"]),
    )  # fmt: skip
