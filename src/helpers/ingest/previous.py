"""Compares the data queries of two exports: which are new, which still open, which solved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from helpers.errors import InputError, StudyError
from helpers.ingest.folder import StudyData, read_study
from helpers.ingest.queries import DataQuery
from helpers.settings import resolve_settings
from helpers.study import PART_OF_FILE

NEW: Final = "new"
OPEN: Final = "still open"
SOLVED: Final = "solved"


@dataclass(frozen=True, slots=True)
class ComparedQuery:
    """A data query with its state.

    ``other`` is the query of the other export about the same cell, where a value was corrected to
    one that is wrong as well: the old one is solved, and a new one stands at its place.
    """

    query: DataQuery
    state: str
    other: DataQuery | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The queries of this export, those of the earlier one that are gone, and what has no pair.

    ``only_now`` and ``only_before`` are the parts of the study that one export alone holds. The
    queries of a part that is not there any more are not solved: nothing is known of them.
    """

    folder: Path
    queries: tuple[ComparedQuery, ...]
    solved: tuple[ComparedQuery, ...]
    only_now: tuple[str, ...]
    only_before: tuple[str, ...]

    @property
    def still_wrong(self) -> tuple[ComparedQuery, ...]:
        """New queries in cells whose earlier value was corrected."""
        return tuple(compared for compared in self.queries if compared.other is not None)


def read_previous(folder: Path) -> StudyData:
    """Read an earlier export, by the settings of its own ``study.toml``.

    Raises
    ------
    InputError
        When it cannot be read; the message says that it is the earlier folder.
    """
    try:
        return read_study(folder, resolve_settings(folder, {}))
    except StudyError as error:
        raise InputError(f"--previous {folder}: {error}") from None
    except OSError as error:
        raise InputError(f"--previous {folder}: cannot be read: {error.strerror}.") from None


def compare_queries(now: StudyData, before: StudyData, folder: Path) -> Comparison:
    """Say of every data query whether it is new, still open or solved since an earlier export.

    Parameters
    ----------
    now, before
        The two exports as they were read. A query is the same when its id is: it then names the
        same value of the same patient and occasion, in whatever row.
    folder
        Where the earlier export lies.
    """
    earlier = {query.query_id for query in before.queries}
    current = {query.query_id for query in now.queries}
    new = [query for query in now.queries if query.query_id not in earlier]
    gone = [query for query in before.queries
            if query.query_id not in current and PART_OF_FILE[query.file] in now.parts]  # fmt: skip
    pairs = _pair_by_cell(gone, new)
    back = {after: first for first, after in pairs.items()}
    return Comparison(
        folder,
        tuple(
            ComparedQuery(query, OPEN if query.query_id in earlier else NEW, back.get(query))
            for query in now.queries
        ),
        tuple(ComparedQuery(query, SOLVED, pairs.get(query)) for query in gone),
        tuple(part for part in now.parts if part not in before.parts),
        tuple(part for part in before.parts if part not in now.parts),
    )


def _pair_by_cell(
    gone: Sequence[DataQuery], new: Sequence[DataQuery]
) -> dict[DataQuery, DataQuery]:
    """Pair queries about the same cell, in their order where a patient has several such cells."""
    left: dict[tuple[str, ...], list[DataQuery]] = defaultdict(list)
    for query in new:
        left[_cell(query)].append(query)
    pairs = {}
    for query in gone:
        found = [other for other in left[_cell(query)] if other.value != query.value]
        if query.column and found:
            pairs[query] = found[0]
            left[_cell(query)].remove(found[0])
    return pairs


def _cell(query: DataQuery) -> tuple[str, ...]:
    """Return what names a cell in every export: not its row, which moves."""
    return (query.file, query.sheet, query.patient.lower(), query.occasion, query.column.lower())
