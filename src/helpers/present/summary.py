"""What `study check` prints: a summary that a clinician understands, without any value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from helpers.cohort.read import CleanStudy
from helpers.errors import visible
from helpers.ingest.codes import CODES, ERROR, WARNING
from helpers.ingest.identifier_values import show_code
from helpers.ingest.queries import DataQuery, SheetAccount
from helpers.study import CRITERIA, PART_TITLES

_PLACES_SHOWN = 8


def summarise(study: CleanStudy, folder: str) -> str:
    """Return the summary of one study folder: rows, patients, and what to correct."""
    lines = [f"Study folder: {folder}", "", "What was read"]
    lines += [_account_line(account) for account in study.data.accounts]
    for part in study.data.parts:
        lines += ["", *_patient_lines(study, part)]
    lines += ["", *_query_lines(study.data.queries)]
    return "\n".join(map(visible, lines))


def _account_line(account: SheetAccount) -> str:
    name = account.sheet or account.file
    outcomes = [f"{account.used} used"]
    if account.used_with_warning:
        outcomes.append(f"{account.used_with_warning} used with a warning")
    if account.used_in_part:
        outcomes.append(f"{account.used_in_part} used in part")
    outcomes += [f"{count} excluded ({reason})" for reason, count in account.excluded.items()]
    return f"  {name:<20} {account.rows:>5} rows: {', '.join(outcomes)}"


def _patient_lines(study: CleanStudy, part: str) -> Iterator[str]:
    eligibility = study.cohorts[part].eligibility
    eligible = len(study.cohorts[part].eligible)
    yield f"{PART_TITLES[part]}: {eligibility.screened} patients screened, {eligible} eligible"
    for criterion in CRITERIA[part]:
        failed = eligibility.first_failed(criterion.key)
        undocumented = eligibility.not_documented(criterion.key)
        if failed:
            note = f" (in all, {undocumented} not documented)" if undocumented else ""
            yield f"  {failed:>3} excluded: {criterion.failure}{note}"


def _query_lines(queries: Sequence[DataQuery]) -> Iterator[str]:
    errors = [query for query in queries if query.severity == ERROR]
    warnings = [query for query in queries if query.severity == WARNING]
    if not queries:
        yield "Nothing to correct: every value could be read as it stands."
        return
    yield f"To correct: {len(errors)} (a value or a row that could not be used)"
    yield from _by_code(errors, places=True)
    yield f"To look at: {len(warnings)} (used, as the data dictionary states)"
    yield from _by_code(warnings, places=False)


def _by_code(queries: Sequence[DataQuery], *, places: bool) -> Iterator[str]:
    by_code: dict[str, list[DataQuery]] = {}
    for query in queries:
        by_code.setdefault(query.code, []).append(query)
    for code, group in sorted(by_code.items(), key=lambda item: -len(item[1])):
        yield f"  {len(group):>3} × {CODES[code].describe()}"
        if places:
            yield f"        {CODES[code].action}"
            yield from _place_lines(group)


def _place_lines(queries: Sequence[DataQuery]) -> Iterator[str]:
    for query in queries[:_PLACES_SHOWN]:
        where = [query.sheet or query.file, f"row {query.row}", query.column,
                 show_code(query.patient) if query.patient else ""]  # fmt: skip
        yield "        - " + ", ".join(filter(None, where))
    if len(queries) > _PLACES_SHOWN:
        yield f"        - and {len(queries) - _PLACES_SHOWN} more: see data_queries.xlsx"
