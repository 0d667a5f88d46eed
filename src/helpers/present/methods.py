"""Every estimate of the plan: where its method comes from, and what in R computes the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Source:
    """The source of a method (author, year) and its independent counterpart in R.

    ``keys`` is a regular expression for keys without their part; the first source that matches a
    key is its own.
    """

    keys: str
    reference: str
    counterpart: str


SOURCES: Final = (
    Source(r"flow\..*", "analysis plan", "counts in base R"),
    Source(r"exposure\..*\.mean", "Student (1908)", "t.test"),
    Source(r"exposure\..*\.proportion", "Wilson (1927)", "prop.test without correction"),
    Source(r"short_term\.nrs_(pre|post)\.mean", "Student (1908)", "t.test"),
    Source(r"short_term\.nrs_reduction\.mean", "Student (1908)", "t.test, paired"),
    Source(r"short_term\.nrs_reduction\.wilcoxon",
           "Hodges and Lehmann (1963); Pratt (1959); Hollander and Wolfe (1999)",
           "Walsh averages and Pratt's test in base R"),
    Source(r"short_term\.nrs_reduction\.hedges_g",
           "as the plan defines it; Hedges (1981) for the factor; Efron (1987)", "base R, boot"),
    Source(r"short_term\.nrs_reduction_pct\.mean", "Student (1908)", "t.test"),
    Source(r"short_term\.nrs_reduction_pct\.median", "Thompson (1936)", "qbinom"),
    Source(r"short_term\.responders_\w+\.proportion", "Wilson (1927); Dworkin et al. (2008)",
           "prop.test without correction"),
    Source(r"long_term\.relief_pct\..*median", "Thompson (1936)", "qbinom"),
    Source(r"long_term\.relief_pct\..*", "Student (1908)", "t.test"),
    Source(r"long_term\.relief_days\.median",
           "Kaplan and Meier (1958); Brookmeyer and Crowley (1982)", "survival: survfit, log-log"),
    Source(r"long_term\.relief_days\.(survival|at_least)_\d+",
           "Kaplan and Meier (1958); Greenwood (1926)", "survival: survfit, log-log"),
    Source(r"long_term\.relief_days\.rmst.*", "Irwin (1949); Klein and Moeschberger (2003)",
           "survival: survfit, rmean"),
    Source(r"long_term\.relief_days\.npmle_\w+",
           "Turnbull (1976); Gentleman and Geyer (1994); Wellner and Zhan (1997)",
           "own program in R, to the optimality conditions"),
    Source(r"long_term\.relief_days\.any_relief\.proportion", "Wilson (1927)",
           "prop.test without correction"),
    Source(r"long_term\.relief_days\.weibull_\w+", "Klein and Moeschberger (2003)",
           "survival: survreg, interval2"),
    Source(r"long_term\.ipr_\d+\..*", "NCT05294432, as worded; Efron (1979)", "base R"),
    Source(r"all_infusions\.relief_days\..*",
           "Kaplan and Meier (1958); Davison and Hinkley (1997)", "survival: survfit, resampled"),
    Source(r"all_infusions\.dose\.hazard_ratio", "Cox (1972); Efron (1977); Lin and Wei (1989)",
           "survival: coxph, cluster"),
    Source(r"all_infusions\.dose\.ph_slope", "Grambsch and Therneau (1994)", "survival: cox.zph"),
    Source(r"all_infusions\.dose\.any_relief_odds_ratio", "Liang and Zeger (1986)",
           "geepack: geeglm"),
    Source(r"(trajectory|course)\..*",
           "Laird and Ware (1982); Patterson and Thompson (1971); Holm (1979); "
           "Liang and Zeger (1986)",
           "nlme: lme, and REML in base R"),
    Source(r"regression_to_the_mean\.icc", "Laird and Ware (1982); Davis (1976)", "nlme: lme"),
    Source(r"safety(_consented)?\..*\.proportion", "Clopper and Pearson (1934)", "binom.test"),
    Source(r"safety\.ae_per_infusion\.rate", "Davison and Hinkley (1997)", "base R, resampled"),
    Source(r"safety\.\w+_change\.mean", "Student (1908)", "t.test"),
    Source(r"dissociation\..*", "Spearman (1904); Bonett and Wright (2000)", "cor, Fisher's z"),
    Source(r"responders\..*", "Hedges and Olkin (1985); Austin (2009); Kroenke et al. (2001)",
           "base R"),
    Source(r"predictors\.\w+\.model\..*",
           "Gray (1992); Harrell, Lee and Mark (1996)", "own program in R"),
    Source(r"predictors\..*",
           "Firth (1993); Heinze and Schemper (2002); Benjamini and Hochberg (1995)",
           "own program in R"),
    Source(r"sensitivity\.(multiple_imputation|delta_adjusted)\..*",
           "Little (1988); Rubin (1987); Barnard and Rubin (1999)", "mice"),
    Source(r"sensitivity\..*relief_days\..*", "as the estimate it varies", "survival: survfit"),
    Source(r"sensitivity\..*", "as the estimate it varies", "base R"),
)  # fmt: skip


def source_of(key: str) -> Source:
    """Return the source of the method of a key without its part.

    Raises
    ------
    KeyError
        When no source is stated for the key.
    """
    for source in SOURCES:
        if re.fullmatch(source.keys, key):
            return source
    raise KeyError(f"no source is stated for the method of '{key}'")


def family_of(key: str) -> str:
    """Return the key of its kind: days, thresholds, terms and weeks replaced by their name.

    ``long_term.relief_days.survival_14`` is ``long_term.relief_days.survival_<days>``.
    """
    for pattern, name in _FAMILIES:
        key = re.sub(pattern, name, key)
    return key


_FAMILIES: Final = (
    (r"(?<=survival_)\d+|(?<=at_least_)\d+", "<days>"),
    (r"(?<=responders_)\d\w*", "<percent>"),
    (r"(?<=flow\.excluded\.)\w+|(?<=flow\.failed\.)\w+", "<criterion>"),
    (r"(?<=\.ae\.)\w+", "<term>"),
    (r"(?<=week_)\d+", "<week>"),
    (r"(?<=nrs_reduction\.infusion_)\d+", "<number>"),
    (r"(?<=ipr_)\d+|(?<=rmst_)\d+", "<days>"),
    (r"(?<=responders\.)\w+\.\w+", "<outcome>.<characteristic>"),
    (r"(?<=predictors\.)\w+\.(?!c_stat|calib)(?!model)\w+", "<outcome>.<predictor>"),
    (r"(?<=predictors\.)(?!<)\w+(?=\.model)", "<outcome>"),
)
