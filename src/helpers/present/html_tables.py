"""Tables as HTML inside Markdown: readable in every format that the report is rendered to."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd
from great_tables import GT, html
from IPython.display import Markdown

from helpers.errors import visible

_LINE_BREAK: Final = re.compile(r"\s*[\r\n\t]\s*")


class Table(Markdown):
    """A table as the report takes it: Markdown that holds its HTML; notebooks show ``gt``.

    Sent as ``text/html`` Quarto would add scripts from a content network to the page; as Markdown
    it stays self-contained and becomes a native table in DOCX and PDF.
    """

    def __init__(self, gt: GT) -> None:
        """Write a table down as Markdown, and keep it."""
        table = gt.as_raw_html()
        fence = "`" * (1 + max([2, *map(len, re.findall("`+", table))]))  # no cell can close it
        Markdown.__init__(self, f"{fence}{{=html}}\n{table}\n{fence}")
        self.gt = gt


def show_table(
    table: pd.DataFrame, name: str, *, group: str | None = None, note: str = "",
    numeric: tuple[str, ...] = (),
    centred: tuple[str, ...] = (),
) -> Markdown:  # fmt: skip
    """Return a table of words as the report takes it.

    Parameters
    ----------
    table
        Words only, a column per column shown.
    name
        The element's id, so that the same table is the same bytes.
    group
        Column whose values become row-group headings.
    note
        Source note under the table.
    numeric
        Columns set flush right.
    centred
        Columns set in the middle.
    """
    if table.empty:
        return Markdown("*None.*")
    return Table(build_table(table, name, group=group, note=note, numeric=numeric, centred=centred))


def build_table(
    table: pd.DataFrame, name: str, *, group: str | None = None, note: str = "",
    numeric: tuple[str, ...] = (),
    centred: tuple[str, ...] = (),
) -> GT:  # fmt: skip
    """Return a table of words as a styled value; arguments as :func:`show_table`."""
    table = table.map(lambda cell: visible(_LINE_BREAK.sub(" ", cell)))
    gt = GT(table, id=name, groupname_col=group)
    gt = gt.tab_options(
        table_font_size="0.9em", table_width="100%", data_row_padding="4px",
        column_labels_font_weight="bold", row_group_font_weight="bold",
        table_border_top_style="solid", table_border_top_width="2px",
        table_border_top_color="#222222", table_border_bottom_color="#222222",
        heading_align="left", quarto_disable_processing=True,
    )  # fmt: skip
    right = [column for column in numeric if column in table.columns]
    middle = [column for column in centred if column in table.columns]
    left = [name for name in table.columns if name not in (*right, *middle, group)]
    for alignment, columns in (("left", left), ("right", right), ("center", middle)):
        gt = gt.cols_align(alignment, columns=columns)
    note = f"{note} {explain_abbreviations(table, note)}".strip()
    if note:
        gt = gt.tab_source_note(html(f"<em>{note}</em>"))
    return gt


ABBREVIATIONS: Final = {
    "SD": "standard deviation",
    "NRS": "numerical rating scale",
    "NPMLE": "nonparametric maximum-likelihood estimate",
    "PHQ-9": "Patient Health Questionnaire with nine items",
    "CADSS": "Clinician-Administered Dissociative States Scale",
    "GEE": "generalised estimating equations",
    "SpO2": "oxygen saturation by pulse oximetry",
    "df": "degrees of freedom",
    "KM": "the Kaplan–Meier curve",
}


def explain_abbreviations(table: pd.DataFrame, note: str) -> str:
    """Return what the abbreviations in a table mean, as far as its note does not say."""
    words = " ".join([*map(str, table.columns), *(str(cell) for cell in table.to_numpy().ravel())])
    found = [
        f"{short}: {long}"
        for short, long in ABBREVIATIONS.items()
        if re.search(rf"(?<![\w-]){re.escape(short)}(?![\w])", words) and f"{short}: " not in note
    ]
    return f"{'; '.join(found)}." if found else ""
