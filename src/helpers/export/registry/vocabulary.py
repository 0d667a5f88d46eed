"""The registry's own words: types, units and organ systems, as both of its schemas spell them.

Sources: the enumerations of the public API's description, and the lists that the comments of the
upload schema name. The upload schema holds no list itself: the registry takes its display words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

API_VERSION: Final = "2.0.3"
UPLOAD_SCHEMA_VERSION: Final = "2017.04.18"


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a list of the registry: in the API, and on upload.

    ``other`` is the name that goes beside the entry "Other".
    """

    api: str
    upload: str
    other: str | None = None


def _own(words: str) -> Term:
    return Term(words, "Other", words)


MEAN: Final = Term("MEAN", "Mean")
MEDIAN: Final = Term("MEDIAN", "Median")
LEAST_SQUARES_MEAN: Final = Term("LEAST_SQUARES_MEAN", "Least Squares Mean")
NUMBER: Final = Term("NUMBER", "Number")
COUNT_OF_PARTICIPANTS: Final = Term("COUNT_OF_PARTICIPANTS", "Count of Participants")

STANDARD_DEVIATION: Final = Term("STANDARD_DEVIATION", "Standard Deviation")
INTERVAL_LEVELS: Final = ("80", "90", "95", "97.5", "99")  # those that the registry has names for
OTHER_INTERVAL: Final = "Other Confidence Interval Level"

OUTCOME_TYPES: Final = {
    "primary": Term("PRIMARY", "Primary"),
    "secondary": Term("SECONDARY", "Secondary"),
    "other pre-specified": Term("OTHER_PRE_SPECIFIED", "Other Pre-specified"),
    "post-hoc": Term("POST_HOC", "Post-Hoc"),
}

AGE: Final = "Age, Continuous"
SEX: Final = "Sex: Female, Male"
RACE: Final = "Race and Ethnicity Not Collected"
OWN_MEASURE: Final = "Study-Specific Measure"

# The registry asks of every analysis what it compares.
ONE_GROUP: Final = "An estimate within one group; nothing is compared between groups."

# How the results name a unit, and how the registry wants it.
_UNITS: Final = {
    "points": "score on a scale",
    "points, 0–10": "score on a scale",
    "points, 0–27": "score on a scale",
    "proportion": "proportion of participants",
    "patients": "Participants",
    "h": "hours",
    "kg/m²": "kg/m^2",
    "": "dimensionless",
}

_PARAMETERS: Final = (
    (r"\.(course|trajectory)\.", LEAST_SQUARES_MEAN),
    (r"median(_given_relief)?$", MEDIAN),
    (r"\.(mean|rmst)$", MEAN),
)
_RATIOS: Final = (
    (r"\.hazard_ratio$", Term("Hazard Ratio (HR)", "Hazard Ratio (HR)")),
    (r"odds_ratio$", Term("Odds Ratio (OR)", "Odds Ratio (OR)")),
)
_METHODS: Final = (
    (r"\.wilcoxon$", _own("Wilcoxon signed-rank test (Pratt)")),
    (r"\.nrs_reduction\.mean$", Term("t-test, 2 sided", "t-Test, 2 Sided")),
    (r"\.(course|trajectory)\.", Term("Mixed Models Analysis", "Mixed Models Analysis")),
    (r"\.hazard_ratio$", Term("Regression, Cox", "Regression, Cox")),
    (r"odds_ratio$", Term("Regression, Logistic", "Regression, Logistic")),
)


def unit_of(unit: str) -> str:
    """Return a unit in the registry's words."""
    return _UNITS.get(unit, unit)


def parameter_of(key: str) -> Term:
    """Return what kind of number the estimate of a key is, as a measure shows it."""
    return next((term for pattern, term in _PARAMETERS if re.search(pattern, key)), NUMBER)


def analysis_parameter(key: str, label: str) -> Term:
    """Return what an analysis estimates: an entry of the registry's list, or our own name."""
    listed = next((term for pattern, term in _RATIOS if re.search(pattern, key)), None)
    return listed or _own(label)


def method_of(key: str, method: str) -> Term:
    """Return the test behind a p-value: an entry of the registry's list, or our own words."""
    listed = next((term for pattern, term in _METHODS if re.search(pattern, key)), None)
    return listed or _own(method)


def outcome_type(words: str) -> Term | None:
    """Return the registry's type of an outcome, or None where the words are none of its types."""
    spelled = re.sub(r"[\s_-]+", " ", words.strip().lower())
    return next((term for name, term in OUTCOME_TYPES.items()
                 if spelled == name.replace("-", " ")), None)  # fmt: skip
