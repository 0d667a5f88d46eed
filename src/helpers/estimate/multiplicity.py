"""Adjusting the p values of a family: Holm, and Benjamini–Hochberg.

pingouin does both (its Benjamini–Hochberg is SciPy's). It is imported where it is used: that takes
half a second where SciPy and the tables are loaded already, as in every run, and more than one on
its own.
"""

from collections.abc import Sequence

import numpy as np

from helpers.estimate.value import finite_or_none


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjust p values so that the family keeps its error rate (step-down).

    Args:
        p_values: of the family, 0–1; None where a member has none: it is not counted.

    Returns:
        Adjusted p values in the same order, at most 1; None stays None.

    Reference:
        Holm (1979).
    """
    return _adjust(p_values, "holm")


def benjamini_hochberg(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjust p values so that the share of false discoveries is controlled (step-up).

    Args:
        p_values: of the family, 0–1; None where a member has none: it is not counted.

    Returns:
        Adjusted p values in the same order, at most 1; None stays None.

    Reference:
        Benjamini and Hochberg (1995).
    """
    return _adjust(p_values, "fdr_bh")


def _adjust(p_values: Sequence[float | None], method: str) -> list[float | None]:
    """Adjust those that are there."""
    if all(p_value is None for p_value in p_values):
        return [None] * len(p_values)
    import pingouin  # takes long: only who adjusts pays for it

    with_gaps = np.array([np.nan if p_value is None else p_value for p_value in p_values])
    adjusted = pingouin.multicomp(with_gaps, method=method)[1]
    return [finite_or_none(number) for number in adjusted]
