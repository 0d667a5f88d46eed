"""One thing that was tried against the reader: the folder, what became of it, and the proof."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from helpers.errors import InputError
from helpers.ingest.folder import StudyData
from tests.studies import read

SURVIVED: Final = "survived"  # read, or shown, rightly, and nobody needs to do anything
QUERIED: Final = "queried"  # what could be read is used; a data query says what to correct
REFUSED: Final = "refused"  # one message, exit code 2, nothing written


@dataclass(frozen=True, slots=True)
class Tried:
    """A thing tried: in words, its outcome, the folder, and what to expect of reading it.

    ``expect`` is a pattern of the refusal's message, or the codes of the queries (with spaces
    between them); ``check`` looks at what was read.
    """

    what: str
    outcome: str
    make: Callable[[Path], Any]
    expect: str = ""
    check: Callable[[StudyData], bool] | None = None


def code(text: str) -> str:
    """Return a text as code inside a Markdown table."""
    fence = "`" * (1 + max([0, *map(len, re.findall("`+", text))]))
    space = " " if "`" in text else ""
    return f"{fence}{space}{text}{space}{fence}".replace("|", "\\|")


def survived(
    what: str, make: Callable[[Path], Any], check: Callable[[StudyData], bool]
) -> Tried:  # fmt: skip
    return Tried(what, SURVIVED, make, "", check)


def queried(
    what: str, make: Callable[[Path], Any], codes: str, check: Callable[[StudyData], bool]
) -> Tried:  # fmt: skip
    return Tried(what, QUERIED, make, codes, check)


def refused(what: str, make: Callable[[Path], Any], words: str) -> Tried:
    return Tried(what, REFUSED, make, words)


def confirm(tried: Tried, folder: Path) -> None:
    """Read the folder of a thing tried, and fail unless it ends as stated."""
    tried.make(folder)
    if tried.outcome == REFUSED:
        with pytest.raises(InputError, match=tried.expect) as refusal:
            read(folder)
        message = str(refusal.value)
        assert message.split(",")[0].split(":")[0] in _names(folder), "it names the file"
        assert "\n" not in message
        assert refusal.value.exit_code == 2
        return
    data = read(folder)
    assert_nothing_lost(data)
    assert {query.code for query in data.queries} == set(tried.expect.split())
    assert tried.check is not None
    assert tried.check(data)


def _names(folder: Path) -> set[str]:
    return {folder.name, *(path.name for path in folder.iterdir())}


def assert_nothing_lost(data: StudyData) -> None:
    """Fail unless every row that was read ended in exactly one class."""
    for account in data.accounts:
        classes = (account.used, account.used_with_warning, account.used_in_part)
        assert account.rows == sum(classes) + sum(account.excluded.values())


def ids(cases: Sequence[Tried]) -> list[str]:
    """Return the names of cases for pytest."""
    return [case.what for case in cases]


def values(table: str, column: str) -> Callable[[StudyData], list[Any]]:
    """Return a function that lists the values of a column of a typed table."""
    return lambda data: data.tables[table][column].tolist()


def holds(table: str, column: str, *expected: Any) -> Callable[[StudyData], bool]:
    """Return a check that a column of a typed table holds exactly these values in order."""
    return lambda data: values(table, column)(data) == list(expected)


def excludes(sheet: str, **reasons: int) -> Callable[[StudyData], bool]:
    """Return a check of how many rows of a sheet are excluded, by the code of the reason."""
    from helpers.ingest.codes import EXCLUSIONS

    expected = {EXCLUSIONS[code]: count for code, count in reasons.items()}
    return lambda data: {a.sheet: a.excluded for a in data.accounts}[sheet] == expected


def both(*checks: Callable[[StudyData], bool]) -> Callable[[StudyData], bool]:
    """Return a check that asks several."""
    return lambda data: all(check(data) for check in checks)
