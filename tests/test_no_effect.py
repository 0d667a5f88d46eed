"""A study in which nothing works: its report is kept, is current, and claims nothing."""

from __future__ import annotations

import re

import pytest

from tests.no_effect import DEFAULT_SEED, REPORT, SEED, without_provenance, write_report
from tests.report_text import ReportText
from tests.test_sweep import assert_words_follow_numbers

_CLAIMS = re.compile(
    r"\b(effective|efficacy|effects? of ketamine|works|worked|relieves|relieved|reduces|caused|"
    r"because of|due to|benefit\w*|superior|improve[sd]?|significant\w*|proves?|proven|"
    r"shown? to|should (?:be|receive)|recommend\w*|promising)\b",
    re.IGNORECASE,
)
_HEDGES = re.compile(r"\b(not|no|nor|whether|nobody|cannot|need(?:s|ed)?|would|if|could)\b")


@pytest.fixture(scope="module")
def kept() -> str:
    return REPORT.read_text(encoding="utf-8")


def sentences(text: str) -> list[str]:
    return [" ".join(part.split()) for part in re.split(r"(?<=[.;:?!])\s+|\n\n|\n- |\|", text)]


def claims(text: str) -> list[str]:
    """Return the sentences that say more than what was seen."""
    return [sentence for sentence in sentences(text)
            if _CLAIMS.search(sentence) and not _HEDGES.search(sentence)]  # fmt: skip


def article(text: str) -> str:
    """Return what is written about the study: from the abstract to the statements."""
    return text.partition("# Statements")[0]


def test_the_kept_report_is_the_one_that_is_written_now(kept: str) -> None:
    assert without_provenance(write_report()) == kept, "run: python -m tests.no_effect"


def test_it_claims_nothing(kept: str) -> None:
    assert claims(article(kept)) == []


def test_a_claim_would_be_found() -> None:
    assert claims("Ketamine relieves pain. Whether it works is not known.")
    assert claims("The reduction was significant.")
    assert not claims("The infusion was followed by a mean reduction of 0.2 points.")


def test_pain_neither_fell_nor_rose(kept: str) -> None:
    assert not re.search(r"pain\s+(fell|rose)[;:,]", kept)
    assert len(re.findall(r"pain\s+did not clearly change", kept)) >= 6  # both parts, three places


def test_it_says_beside_the_result_that_it_does_not_show_a_cause(kept: str) -> None:
    for heading in ("# Abstract", "# Summary in plain language", "## Interpretation"):
        section = re.split(r"\n#+ ", kept.partition(heading)[2])[0]
        assert re.search(r"not\s+show|not\s+tell|not what ketamine did", section), heading


def test_another_study_without_effect_claims_nothing_either() -> None:
    """Regression to the mean moved this one: its words follow its numbers, and claim no cause."""
    assert DEFAULT_SEED != SEED
    report = write_report(DEFAULT_SEED)
    assert_words_follow_numbers(ReportText(report.text, {}))
    assert claims(article(report.text)) == []
