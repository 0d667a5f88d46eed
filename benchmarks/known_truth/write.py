"""Writes what came out as Markdown: what it says, the promises, a table per scenario."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata

from benchmarks.known_truth.methods import METHODS, Method, Promise
from benchmarks.known_truth.population import PATIENTS
from benchmarks.known_truth.questions import N_BOOT
from benchmarks.known_truth.run import EVERY, EVERY_LARGE, LARGE
from benchmarks.known_truth.scenarios import SCENARIOS
from benchmarks.known_truth.summary import ERRORS, Rate, Row

WORDS = {
    "npmle": "the NPMLE's bootstrap",
    "imputed": "imputation",
    "all_infusions": "the curve of all infusions",
    "icc": "the intraclass correlation",
    "predictors": "one predictor",
    "predictor_family": "five predictors",
}
PACKAGES = ("numpy", "scipy", "ketamine-fibromyalgia-report")


@dataclass(frozen=True, slots=True)
class How:
    """How the run was made."""

    command: str
    replicates: int
    seed: int
    population: int = PATIENTS


def as_markdown(rows: Sequence[Row], how: How) -> str:
    """Return the whole document."""
    lines = [
        "# Against a known truth",
        "",
        *_what_it_says(rows),
        "",
        *_how_it_was_made(how),
        "",
        *_what_is_promised(),
    ]
    for scenario in dict.fromkeys(row.scenario for row in rows):
        lines += ["", *_table(scenario, [row for row in rows if row.scenario == scenario])]
    lines += ["", *_false_positives(rows)]
    return "\n".join(lines) + "\n"


def _what_it_says(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the two sentences, written from the numbers."""
    yield f"{_kept(rows)} {_not_promised(rows)}"


def _kept(rows: Sequence[Row]) -> str:
    """Return the sentence on what was promised, and on the lowest of what was not."""
    promised = [row for row in rows if row.holds is not None]
    broken = [row for row in promised if not row.holds]
    text = (
        f"Where a method's assumptions hold, {len(promised) - len(broken)} of the {len(promised)} "
        "promises tried (a method in a scenario at a size) were kept"
    )
    if broken:
        names = "; ".join(
            f"“{row.method.label}” ({row.scenario}, n = {row.n}, {_share(row.coverage)})"
            for row in broken
        )
        text += f", and not: {names}"
    small = [row for row in rows if row.scenario == "stated" and row.n == min(r.n for r in rows)
             and row.holds is None and row.coverage and not row.method.test]  # fmt: skip
    if not small:
        return f"{text}."
    lowest = sorted(small, key=lambda row: row.coverage.share if row.coverage else 1.0)[:3]
    cells = [f"“{row.method.label}” ({_share(row.coverage)})" for row in lowest]
    return (
        f"{text}; of what promises nothing at n = {small[0].n}, the lowest "
        f"coverage is that of {_listed(cells)}."
    )


def _share(rate: Rate | None) -> str:
    return "–" if rate is None else f"{100 * rate.share:.1f} %"


def _not_promised(rows: Sequence[Row]) -> str:
    """Return the sentence on what broken assumptions do, from the rows that show it."""
    parts = []
    for scenario, key, words in (
        ("missing_not_at_random", "nrs_reduction.mean", "when high scores go missing, the interval "
         "of the mean reduction holds the truth in {} of the studies"),
        ("informative_retreatment", "median", "when a next infusion cuts relief short as it wanes, "
         "that of the median duration in {}"),
        ("no_effect", "nrs_reduction.t_test", "and when the drug does nothing, regression to the "
         "mean alone gives a “significant” reduction in {}"),
    ):  # fmt: skip
        found = [row for row in rows if row.scenario == scenario and row.method.key == key]
        cells = [f"{100 * row.coverage.share:.0f} %" for row in found if row.coverage]
        if cells:
            parts.append(words.format(_listed(cells)))
    if not parts:
        return ""
    sizes = _listed([str(n) for n in sorted({row.n for row in rows})])
    return f"Where they do not, an interval can be far off (n = {sizes}): {', '.join(parts)}."


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _how_it_was_made(how: How) -> Iterator[str]:
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    fewer = ", ".join(
        f"{words} one in {EVERY[name]}"
        + (f" ({EVERY_LARGE[name]} at n > {LARGE})" if name in EVERY_LARGE else "")
        for name, words in WORDS.items()
    )
    yield "## How it was made"
    yield ""
    yield f"    {how.command}"
    yield ""
    yield (
        f"Python {platform.python_version()}, {versions}; seed {how.seed}; {how.replicates:,} "
        f"studies per scenario and size, {N_BOOT} resamples per bootstrap interval; costly "
        f"questions were asked of some of the studies only ({fewer}). The truth is a closed form, "
        f"or read off {how.population:,} simulated patients seen in full (fixed seed); scores are "
        "continuous, neither rounded nor cut to 0–10. ± is one Monte-Carlo standard error; a bound "
        f"counts as missed (✗; else ✓) beyond {ERRORS} of them. An interval that lacks one limit "
        "counts as unbounded there; studies without estimate or interval are left out of bias and "
        "coverage, and told in the last column. Ratios are compared as logarithms. The true "
        "restricted mean is that to the day to which the study's own curve goes."
    )


def _what_is_promised() -> Iterator[str]:
    """Yield the classes by method, decided before the run."""
    yield "## What must hold"
    yield ""
    yield (
        "Coverage between 93 and 97 %, coverage of at least 95 %, at most 5 % false positives, or "
        "nothing: decided from theory before the run. A promise holds from so many patients on, in "
        "the scenarios named; elsewhere, for the reason given, the result is only reported."
    )
    yield ""
    yield from _head("method", "must be", "from n", "in", "only reported elsewhere, because")
    for promise in Promise:
        yield from (_promise_line(method) for method in METHODS if method.promise is promise)


def _promise_line(method: Method) -> str:
    promised = method.promise is not Promise.REPORTED
    cells = (
        method.label,
        method.promise.value,
        str(method.from_n) if promised else "–",
        ", ".join(f"`{name}`" for name in method.holds_in) if promised else "–",
        method.why or "–",
    )
    return f"| {' | '.join(cells)} |"


def _table(scenario: str, rows: Sequence[Row]) -> Iterator[str]:
    """Yield the table of a scenario, a line per method that has an estimate."""
    words, sizes = SCENARIOS[scenario].words, sorted({row.n for row in rows})
    yield f"## `{scenario}`"
    yield ""
    yield f"{words[0].upper()}{words[1:]}."
    yield ""
    yield from _head("method", "truth", *(f"bias, n = {n}" for n in sizes), "unit",
                     *(f"coverage %, n = {n}" for n in sizes), "must be", "left out")  # fmt: skip
    for method in dict.fromkeys(row.method for row in rows if not row.method.test):
        yield _line(method, [row for row in rows if row.method == method])


def _line(method: Method, rows: Sequence[Row]) -> str:
    cells = (
        method.label,
        "–" if rows[-1].truth is None else f"{rows[-1].truth:.3g}",
        *(_bias(row) for row in rows),
        method.unit,
        *(_mark(row, row.coverage) for row in rows),
        _promise(rows),
        _left_out(rows),
    )
    return f"| {' | '.join(cells)} |"


def _false_positives(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the table of everything that finds something where nothing is."""
    sizes = sorted({row.n for row in rows})
    yield "## False positives"
    yield ""
    yield (
        "Of a test, how often it rejects; of an interval, how often it excludes “nothing” where "
        "nothing is true (its coverage, read the other way round)."
    )
    yield ""
    yield from _head("scenario", "method", *(f"%, n = {n}" for n in sizes), "must be")
    found = [row for row in rows if row.method.test or row.scenario in row.method.null]
    for scenario, method in dict.fromkeys((row.scenario, row.method) for row in found):
        own = [row for row in found if (row.scenario, row.method) == (scenario, method)]
        cells = [_mark(row, row.false_positives) for row in own]
        yield f"| {' | '.join((f'`{scenario}`', method.label, *cells, _false_promise(own)))} |"


def _head(*names: str) -> Iterator[str]:
    yield f"| {' | '.join(names)} |"
    yield f"| {' | '.join('---' for _ in names)} |"


def _promise(rows: Sequence[Row]) -> str:
    promised = [row for row in rows if row.promise is not Promise.REPORTED]
    if not promised:
        return Promise.REPORTED.value
    start = "" if len(promised) == len(rows) else f", n ≥ {promised[0].n}"
    return f"{promised[0].promise.value}{start}"


def _false_promise(rows: Sequence[Row]) -> str:
    return _promise(rows).replace("93–97 %", "3–7 %")


def _mark(row: Row, rate: Rate | None) -> str:
    """Return a rate with its error, and whether what was promised holds."""
    text = "–" if rate is None else f"{100 * rate.share:.1f} ± {100 * rate.error:.1f}"
    return text + {True: " ✓", False: " **✗**", None: ""}[row.holds]


def _bias(row: Row) -> str:
    if row.bias is None or row.bias_error is None:
        return "–"
    digits = 4 if row.bias_error < 0.001 else 3 if row.bias_error < 0.1 else 2
    return f"{row.bias:+.{digits}f} ± {row.bias_error:.{digits}f}"


def _left_out(rows: Sequence[Row]) -> str:
    """Return where more than 0.5 % of the studies had no estimate or no interval."""
    parts = []
    for row in rows:
        shares = ((row.without_estimate, "no estimate"), (row.without_interval, "no interval"))
        told = [f"{100 * share:.0f} % {what}" for share, what in shares if 0.005 < share < 1]
        parts += [f"n = {row.n}: {', '.join(told)}"] if told else []
    return "; ".join(parts) or "–"
