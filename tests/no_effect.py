"""Writes the text of the report of a study without any effect, which ``test_no_effect`` reads.

Run as ``python -m tests.no_effect`` after the report's words have changed, and read the difference.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from helpers.synthetic import write_synthetic_study
from tests.report_text import ReportText, run_report
from tests.studies import DATA

REPORT = DATA / "no_effect" / "report.txt"
# The first seed from 1 on with 0 inside both intervals: where nothing works, regression to the mean
# alone moves most others (docs/known_truth.md).
SEED = 6
DEFAULT_SEED = 20201130
_DATE = "1767225600"  # 2026-01-01


def write_report(seed: int = SEED) -> ReportText:
    """Return the report of a synthetic study that was drawn without any effect."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = _DATE
    try:
        with tempfile.TemporaryDirectory() as folder:
            study = Path(folder) / "study"
            write_synthetic_study(study, seed=seed, effect=False)
            return run_report(study)
    finally:
        os.environ.pop("SOURCE_DATE_EPOCH", None)
        if before is not None:
            os.environ["SOURCE_DATE_EPOCH"] = before


def without_provenance(report: ReportText) -> str:
    """Return the text without the table of versions, which change without the report."""
    body, _, rest = report.text.partition("{#sec-provenance")
    return f"{body.rstrip()}\n\n# References{rest.partition('# References')[2]}".rstrip() + "\n"


if __name__ == "__main__":
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(without_provenance(write_report()), encoding="utf-8")
