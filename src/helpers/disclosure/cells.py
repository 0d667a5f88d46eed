"""Small counts: which cells are withheld, and which others would give them back.

A count is small when it is above 0 and below the least that may be shown. Reference for primary
and complementary suppression: Willenborg and de Waal (2001), Elements of Statistical Disclosure
Control, chapter 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

WITHHELD: Final = "withheld (small numbers)"


def is_small(count: float, least: int) -> bool:
    """Return whether a count is above 0 and below the least that may be shown."""
    return 0 < count < least


def is_safe_share(count: int, total: int, least: int) -> bool:
    """Return whether neither a count nor what is left of its total is small."""
    return not is_small(count, least) and not is_small(total - count, least)


def unless_small(count: int | None, least: int) -> int | None:
    """Return a count, or None where it is small."""
    return None if count is None or is_small(count, least) else count


def withhold_cells(
    counts: Mapping[str, int], least: int, floors: Mapping[str, int] = MappingProxyType({})
) -> dict[str, int | None]:
    """Return the cells of a table whose sum is known, without the small ones.

    With a withheld cell every 0 is withheld too: else none of those withheld could be 0, which may
    leave one way to reach the sum. One withheld cell follows from the sum, and so do several that
    add up to little, or to one each: then the next smallest go too, until they hide each other
    (:func:`hide_each_other`). A cell that adds nothing to what is not known is left as it is.

    Args:
        counts: the cells by name.
        least: the least count that may be shown.
        floors: what each cell is told elsewhere to be at least.

    Returns:
        The cells by name, None for those that are withheld.
    """
    hidden = {name for name, count in counts.items() if is_small(count, least)}
    hidden |= {name for name, count in counts.items() if hidden and count == 0}
    for name in sorted(counts, key=lambda name: counts[name]):
        if not hidden or hide_each_other({cell: counts[cell] for cell in hidden}, least, floors):
            break
        if counts[name] > floors.get(name, 0):
            hidden.add(name)
    return {name: None if name in hidden else count for name, count in counts.items()}


def hide_each_other(hidden: Mapping[str, int], least: int, floors: Mapping[str, int]) -> bool:
    """Return whether cells whose sum is known leave each other open.

    They are at least two, are not small in sum, and more than one each, which each of them is known
    to be; of a cell that is told elsewhere to be at least so many, only what goes beyond counts.
    """
    free = [count - floors.get(name, 0) for name, count in hidden.items()]
    told = [name for name, count in hidden.items() if 0 < count == floors.get(name, 0)]
    at_least_one = [count for name, count in hidden.items() if count and not floors.get(name, 0)]
    several = len(hidden) - len(told) > 1
    return several and not is_small(sum(free), least) and sum(free) > len(at_least_one)


def keeps_apart(count: int, others: Iterable[int], least: int) -> bool:
    """Return whether a count differs from none of the others by a small number."""
    return not any(is_small(abs(count - other), least) for other in others)
