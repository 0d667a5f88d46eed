"""Tables as notebooks show them: frames whole and in words, the report's tables as they are."""

from __future__ import annotations

from typing import Any

import pandas as pd
from great_tables import GT
from IPython.display import Markdown

from helpers.errors import visible
from helpers.present.html_tables import Table


def show(table: pd.DataFrame | Markdown) -> GT | Markdown:
    """Return a table as a notebook shows it best.

    Parameters
    ----------
    table
        A frame, shown whole and without row numbers; or a table of the report, in place of which
        a section may have put a sentence.
    """
    if isinstance(table, Table):
        return table.gt
    return table if isinstance(table, Markdown) else _show_frame(table)


def _show_frame(table: pd.DataFrame) -> GT:
    named = table.index.name is not None or table.index.dtype == object
    shown = table.reset_index(names=table.index.name or " ") if named else table
    numbers = [name for name in shown if pd.api.types.is_numeric_dtype(shown[name])]
    words = shown.map(_in_words)
    return (
        GT(words, id="table")
        .cols_align("right", numbers)
        .tab_options(table_font_size="0.85em", data_row_padding="3px", table_margin_left="0")
    )


def _in_words(value: Any) -> str:
    """Return a cell as a person reads it: dates without time, numbers without noise."""
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else visible(str(value))
