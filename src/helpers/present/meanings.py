"""What each number means, printed from the plan's table: for readers, and where it is defined."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from helpers.plan import Planned, read_plan
from helpers.study import TREATMENT

_CHAPTERS: Final = {
    "flow": "Who is in the study",
    "exposure": "What was given",
    "short_term": "Pain before and after the infusion",
    "long_term": "How much relief, and for how long",
    "all_infusions": "All infusions of Part 1",
    "trajectory": "From infusion to infusion",
    "course": "Pain at the visits of Part 2",
    "regression_to_the_mean": "Regression to the mean",
    "safety": "Adverse events, dissociation and vital signs",
    "safety_consented": "Adverse events, of all who consented",
    "dissociation": "Dissociation and relief",
    "responders": "Who responds",
    "predictors": "Who responds: models",
    "sensitivity": "Other readings of what is not known",
}
_HEAD: Final = """\
# What each number means

Every number of the report stands in `results.json` under a key, and every key is here. A key begins
with the part of the study, `retrospective` (Part 1, the chart review) or `prospective` (Part 2, the
cohort); the tables leave it out. `<days>`, `<percent>` and the like stand for what differs.

Read any of them with four things in mind:

- It is a **change from before an infusion to after it**, in patients who all received {treatment}.
  It followed the infusion; nothing here says that the infusion caused it.
- `n` is how many were analysed, `n_missing` how many could not be. `n_unit` says of what.
- `lower` and `upper` are the limits of a confidence interval at `level` (95% unless another was
  asked for): the values that the data are compatible with, as far as chance alone goes.
- `status` is `ok`, or says why there is no number. No number is no zero.

The exact definition is the function named beside each key, in `src/helpers/`; the source of the
method is in the report's appendix. `make dictionary` prints this page from
`src/helpers/schema/plan.csv`.
"""


def render_meanings() -> str:
    """Return ``docs/what_each_number_means.md``."""
    ordered = sorted(read_plan(), key=lambda planned: list(_CHAPTERS).index(_chapter(planned)))
    sections = [_section(chapter, list(group)) for chapter, group in groupby(ordered, _chapter)]
    return "\n".join([_HEAD.replace("{treatment}", TREATMENT), *sections])


def _chapter(planned: Planned) -> str:
    return planned.keys.partition(".")[0]


def _section(chapter: str, entries: list[Planned]) -> str:
    lines = [
        f"## {_CHAPTERS[chapter]}\n",
        "| key | what it says | defined in |",
        "| --- | --- | --- |",
    ]
    lines += [
        f"| `{entry.keys}` | {entry.meaning} | `{entry.module}`: `{entry.function}` |"
        for entry in entries
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(render_meanings(), end="")
