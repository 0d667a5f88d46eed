"""Rows of a table as plain dictionaries, every kind of missing value as None."""

from __future__ import annotations

from typing import Any

import pandas as pd

Rows = list[dict[str, Any]]


def list_rows(table: pd.DataFrame) -> Rows:
    """Return the rows of a table by column name."""
    return [
        {str(name): plain(value) for name, value in row.items()} for row in table.to_dict("records")
    ]


def plain(value: Any) -> Any:
    """Return a value, or None where it is missing."""
    return None if value is None or pd.isna(value) else value
