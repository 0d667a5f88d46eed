"""``simulation.md``: what was simulated, and a table per truth to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from helpers.simulation.rows import FALSE_POSITIVES, POWER, REGRESSION

Row = Mapping[str, Any]

DECIMALS: Final = {"points": 2, "%": 1, "share": 3, "days": 1}
FEWEST_INTERVALS: Final = 100  # fewer say nothing of coverage
MEANING: Final = {
    FALSE_POSITIVES: "the true mean change is 0, so each rejection is a false positive",
    REGRESSION: "the drug does nothing; scores fall by regression to the mean, and a test of no "
    "change rejects that as it should: a rejection tells nothing of the drug",
    POWER: "scores fall, so the rate of rejections is the power of a test of no change",
}
NOTES: Final = """\
± is one Monte-Carlo standard error (Morris, White and Crowther 2019). Bias is estimate − truth.
Coverage is of the studies with an interval; an interval that lacks one limit counts as unbounded
there. The last column tells, at each size, how many studies have no interval (a curve at 0 or 1 has
none): coverage is in brackets where that is more than half of them, for it is of the few others and
says little, and left out below 100. The true restricted mean is that to the day to which the
study's own curve goes. P(T > t) and P(T ≥ t) differ only where durations are told in whole weeks.

The studies are single-arm. A change from before to after is the drug's effect and regression to the
mean together; no estimate here separates them."""


def as_markdown(content: Mapping[str, Any]) -> str:
    """Return the document.

    Args:
        content: of ``simulation.json``.
    """
    provenance = content["provenance"]
    level = f"{100 * provenance['ci_level']:g}"
    sizes = ", ".join(str(n) for n in provenance["sizes"])
    lines = [
        "# What the plan's estimators do in simulated studies", "",
        f"{provenance['replicates']:,} studies of each truth at each size (n = {sizes} patients), "
        f"{level} % intervals, seed {provenance['seed']}, package {provenance['code_version']}. "
        "Truths are closed forms, or read off "
        f"{provenance['population']:,} simulated patients seen in full.", "",
        "![Coverage against the number of patients](coverage.png)", "", NOTES, "",
    ]  # fmt: skip
    for truth in content["truths"]:
        rows = [row for row in content["rows"] if row["truth_name"] == truth["name"]]
        lines += [f"## `{truth['name']}`", "", _sentence(truth["words"]), ""]
        lines += [*_table(rows, provenance["sizes"]), ""]
        lines += [_sentence(f"tests: {MEANING[truth['rejections_are']]}"), ""]
        lines += [*_tests(rows, provenance["sizes"], truth["rejections_are"]), ""]
    return "\n".join(lines).rstrip() + "\n"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _table(rows: Sequence[Row], sizes: Sequence[int]) -> Iterator[str]:
    """Write bias and coverage of each key, a column per size."""
    head = ["estimate", "interval", "truth", *(f"bias, n = {n}" for n in sizes)]
    head += [f"coverage %, n = {n}" for n in sizes] + ["no interval"]
    yield from _header(head)
    for key in dict.fromkeys(row["key"] for row in rows):
        by_size = [row for row in rows if row["key"] == key]
        first = by_size[0]
        decimals = DECIMALS[first["unit"]]
        cells = [f"{first['label']} ({first['unit']})", first["method"]]
        cells.append(_number(first["truth"], decimals))
        cells += [_signed(row, decimals) for row in by_size]
        cells += [_coverage(row) for row in by_size]
        cells.append(_left_out(by_size))
        yield _line(cells)


def _tests(rows: Sequence[Row], sizes: Sequence[int], meaning: str) -> Iterator[str]:
    """Write how often each test rejects, a column per size."""
    yield from _header(
        ["test of no change", *(f"rejections ({meaning}) %, n = {n}" for n in sizes)]
    )
    tested = [row for row in rows if row["rejections_are"] is not None]
    for key in dict.fromkeys(row["key"] for row in tested):
        by_size = [row for row in tested if row["key"] == key]
        yield _line([f"{by_size[0]['label']}: {by_size[0]['method']}",
                     *(_percent(row, "rejections") for row in by_size)])  # fmt: skip


def _header(cells: Sequence[str]) -> tuple[str, str]:
    return _line(cells), _line(["---"] * len(cells))


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _number(number: float | None, decimals: int) -> str:
    return "–" if number is None else f"{number:.{decimals}f}"


def _signed(row: Row, decimals: int) -> str:
    if row["bias"] is None:
        return "–"
    return f"{row['bias']:+.{decimals + 1}f} ± {row['bias_mcse']:.{decimals + 1}f}"


def _percent(row: Row, name: str) -> str:
    if row[name] is None:
        return "–"
    return f"{100 * row[name]:.1f} ± {100 * row[f'{name}_mcse']:.1f}"


def _coverage(row: Row) -> str:
    intervals = row["replicates"] - row["without_interval"]
    if intervals < min(FEWEST_INTERVALS, row["replicates"]):
        return "–"
    told = _percent(row, "coverage")
    return told if intervals >= row["replicates"] / 2 else f"({told})"


def _left_out(rows: Sequence[Row]) -> str:
    shares = [100 * row["without_interval"] / row["replicates"] for row in rows]
    if max(shares) < 1:
        return "< 1 %" if any(shares) else "–"
    return " / ".join(f"{share:.0f} %" for share in shares)
