"""The data dictionary, printed from the specifications that validate the tables."""

from __future__ import annotations

from collections.abc import Iterable

from helpers.ingest.codes import CODES, EXCLUSIONS
from helpers.ingest.tables import TABLES, ColumnSpec, TableSpec
from helpers.study import AE_SYNONYMS, MISSING_WORDS, OTHER_EVENT

_HEAD = """\
# Data

- `synthetic/`: the built-in study folder. No patient stands behind it: `study synth` drew it from
  the truth in `synthetic/truth.json` with the default seed.
- `raw/`: for the clinic's own study folders. Git ignores it, and nothing in it may be committed.

A study folder holds `chart_review.xlsx` (Part 1), `redcap_records.csv` with
`redcap_dictionary.csv` (Part 2), or both, and optionally `study.toml`.

Where a workbook cannot hold the chart review, its four sheets may come as files of their own
instead, with the same columns and rules: `chart_review_patients`, `chart_review_infusions`,
`chart_review_follow_ups` and `chart_review_adverse_events`, each as `.csv` (cells as text, UTF-8 or
Windows-1252; `,` `;` or tab) or as `.parquet` (typed values; only null is missing). A workbook
beside them, a sheet in both formats, or a sheet that is missing is refused. In the data queries
their file is named, and the sheet is empty.

Everything below is printed by `make dictionary` from the specifications in
`src/helpers/ingest/`, which validate the tables too; a test fails when it is not current.

## Typed tables

What the raw files are read into. Missing values are empty; nothing is ever filled in.
"""

_CODES = """
## Data queries

Each query has one of these codes. An **error** takes a value, or a row, from the analysis; a
**warning** keeps it, read as stated. Queries are grouped by what to correct.
"""


def render_data_dictionary() -> str:
    """Return the data dictionary as Markdown."""
    parts = [_HEAD, *(_table(spec) for spec in TABLES), _CODES, _codes(), _exclusions(), _words()]
    return "\n".join(parts)


def _markdown_table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(headings)]
    lines += [["---"] * len(lines[0])]
    lines += [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _table(spec: TableSpec) -> str:
    key = ", ".join(f"`{name}`" for name in spec.key)
    unique = f" Unique: {key}." if key else ""
    rows = (
        [f"`{c.name}`", c.type, c.unit, _allowed(c), "yes" if c.required else "", c.meaning]
        for c in spec.columns
    )
    headings = ("column", "type", "unit", "allowed", "required", "meaning")
    intro = f"### `{spec.name}`\n\n{spec.row[0].upper()}{spec.row[1:]}.{unique}\n"
    return f"{intro}\n{_markdown_table(headings, rows)}"


def _allowed(column: ColumnSpec) -> str:
    if column.allowed:
        return ", ".join(column.allowed)
    low, high = column.limits
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    return f"from {low:g}" if low is not None else ""


def _codes() -> str:
    rows = ([f"`{c.name}`", c.severity, c.group, c.describe(), c.action] for c in CODES.values())
    headings = ("code", "severity", "what to correct", "what was found", "what to do")
    return _markdown_table(headings, rows)


def _exclusions() -> str:
    reasons = "\n".join(f"- {reason}" for reason in EXCLUSIONS.values())
    return f"## Why a row is excluded\n\n{reasons}\n"


def _words() -> str:
    missing = ", ".join(f"`{word}`" for word in sorted(MISSING_WORDS))
    synonyms = "\n".join(f"- **{term}:** {', '.join(words)}" for term, words in AE_SYNONYMS.items())
    return (
        f"## Words\n\nMissing in Part 1: the empty cell, {missing}. Missing in Part 2: the empty "
        "field, `-99` (not done), `-88` (refused). Case is ignored.\n\n"
        "Adverse events are coded by these synonyms. Anything else stands as written where it "
        "reads like a plain term (at most three words of letters, 40 characters), and counts as "
        f"{OTHER_EVENT} where it does not; a release pools both:\n\n"
        f"{synonyms}\n"
    )


if __name__ == "__main__":
    print(render_data_dictionary(), end="")
