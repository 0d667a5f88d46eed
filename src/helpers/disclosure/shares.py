"""Shares of patients: neither the count, nor what is left of any total it is part of, is small."""

from __future__ import annotations

import re
from typing import Final

from helpers.disclosure.basis import Disclosure
from helpers.disclosure.cells import is_safe_share, is_small
from helpers.disclosure.withholding import withheld
from helpers.results import Estimate

SURVIVAL: Final = re.compile(r"\.relief_days\.(npmle_survival|survival|at_least)_(\d+)$")
_OTHER_READING: Final = re.compile(r"\.sensitivity\.(\w+)\.(responders_\w+\.proportion)$")


def withhold_share(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """Withhold a share of patients where its count, or what is left of them, is small."""
    of_patients = estimate.unit == "proportion" and estimate.n_unit == "patients"
    if not of_patients or SURVIVAL.search(estimate.key):
        return estimate
    n = estimate.n or 0
    events = estimate.further.get("events")
    count = round((estimate.estimate or 0.0) * n) if events is None else int(events)
    safe = is_safe_share(count, n, disclosure.least)
    if ".short_term.responders_" in estimate.key:
        safe = safe and count in disclosure.responders
    safe = safe and not _nearly_all(estimate, count, disclosure)
    return estimate if safe and _other_reading_is_safe(estimate, disclosure) else withheld(estimate)


def _nearly_all(estimate: Estimate, count: int, disclosure: Disclosure) -> bool:
    """Return whether all but a few of those with any event had this one, or are eligible."""
    if ".safety.ae." in estimate.key or ".safety_consented." in estimate.key:
        any_event = int(disclosure.get("safety.any_ae.proportion").further.get("events") or 0)
        return is_small(abs(any_event - count), disclosure.least)
    return False


def _other_reading_is_safe(estimate: Estimate, disclosure: Disclosure) -> bool:
    """Return whether responders counted another way do not give back those of the main reading.

    Counted in every eligible patient they would tell who was left out; with missing scores imputed
    they are nearly as many as in a main reading that is withheld.
    """
    found = _OTHER_READING.search(estimate.key)
    if found is None:
        return True
    main = disclosure.get(f"short_term.{found[2]}")
    if found[1] == "missing_as_non_responder":
        return disclosure.shows_n(main)
    return withhold_share(main, disclosure).estimate is not None
