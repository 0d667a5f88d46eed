"""The certificate of this run, in words and tables."""

from __future__ import annotations

from typing import Final

import pandas as pd

from helpers.results import Results
from helpers.verify.compare import tally
from helpers.verify.numbers import KINDS
from helpers.verify.this_run import ThisRun, hash_values

_VERIFY: Final = (
    "Whoever holds the study folder can recompute the file `results.json` that was written with "
    "this report, and compare every value: `study verify results.json --data FOLDER`. It says "
    "which values differ and why, and writes a certificate; with `--with-r` the reference scripts "
    "in R compute them too."
)
_MOST_NAMED: Final = 5


def describe_certificate(found: ThisRun | None) -> str:
    """Return whether the values of this run are the archived ones, or what can be compared."""
    if found is None:
        return f"The project's archived results are not at hand here. {_VERIFY}"
    if not found.is_of_the_archived_data:
        return f"The project keeps archived results of its synthetic study alone. {_VERIFY}"
    if found.changes:
        changed = "; ".join(change.describe() for change in found.changes)
        return (
            "The data are those of the archived results, and the parameters are others "
            f"({changed}): the values are not compared. {_VERIFY}"
        )
    return f"{_describe_agreement(found)} {_VERIFY}"


def _describe_agreement(found: ThisRun) -> str:
    differing = [each.name for each in found.compared if not each.agrees]
    total = len(found.compared)
    told = (
        "The data are, byte for byte, those of the archived results. Of the values of this report, "
        f"{total - len(differing)} of {total} agree with them"
    )
    if not differing:
        same = found.values == found.archived_values
        return f"{told}, {'to the last digit' if same else 'within the tolerances'}."
    named = ", ".join(f"`{name}`" for name in differing[:_MOST_NAMED])
    rest = len(differing) - _MOST_NAMED
    return f"{told}; these differ: {named}{f' and {rest} more' if rest > 0 else ''}."


def tabulate_tolerances(found: ThisRun | None) -> pd.DataFrame:
    """Return the tolerance of each kind of value and, where compared, how far they agree."""
    rows = [
        {"Kind": kind.name, "What": kind.what, "Tolerance": format_power(kind.tolerance)}
        for kind in KINDS
    ]
    if not found or not found.compared:
        return pd.DataFrame(rows)
    counted = [
        {
            "Compared": str(each.values),
            "Agree": str(each.agree),
            "Largest difference": format_power(each.largest),
        }
        for each in tally(found.compared)
    ]
    return pd.DataFrame([row | count for row, count in zip(rows, counted, strict=True)])


def format_power(number: float) -> str:
    """Return a small number by its power of ten, as ``1e−9``; 0 is ``none``."""
    return f"{number:.0e}".replace("e-0", "e-").replace("-", "−") if number else "none"


def tabulate_fingerprints(results: Results, found: ThisRun | None) -> pd.DataFrame:
    """Return the fingerprints of the values of this run and of the archived ones."""
    rows = {"SHA-256 of all values of this report": hash_values(results.as_json())}
    if found:
        rows |= {
            "SHA-256 of all archived values": found.archived_values,
            "Code of the archived values": found.archived_code,
        }
    return pd.DataFrame([{"What": name, "Value": text} for name, text in rows.items()])
