"""A dataset as bytes: CSV for any program, Parquet which keeps types; the same every time."""

from __future__ import annotations

import csv
import io
from typing import Any, Final

import pandas as pd

from helpers.export.datasets.variables import INTERNAL_MARK, Dataset
from helpers.present.query_files import neutralise

_MISSING: Final = ""


def as_csv(dataset: Dataset, table: pd.DataFrame) -> bytes:
    """Return a table as CSV: UTF-8 with the mark that Excel needs, missing values empty.

    Numbers have their full precision, dates are YYYY-MM-DD, yes/no is true or false, and a text
    that a spreadsheet would run as a formula has an apostrophe before it.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([variable.name for variable in dataset.variables])
    columns = [
        [_as_text(value, variable.column.type) for value in table[variable.name]]
        for variable in dataset.variables
    ]
    writer.writerows(zip(*columns, strict=True))
    return stream.getvalue().encode("utf-8-sig")


def _as_text(value: Any, type_: str) -> str:
    if value is None or pd.isna(value):
        return _MISSING
    if type_ == "yes/no":
        return "true" if value else "false"
    if type_ == "whole number":
        return str(int(value))
    if type_ == "date":
        return str(value.date().isoformat())
    return repr(float(value)) if type_ == "number" else neutralise(str(value))


def as_parquet(dataset: Dataset, table: pd.DataFrame) -> bytes:
    """Return a table as Parquet; each column carries its label and unit.

    Nothing in the file depends on when, where or from which library's table it was written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"text": pa.string(), "yes/no": pa.bool_(), "whole number": pa.int64(),
             "number": pa.float64(), "date": pa.date32()}  # fmt: skip
    schema = pa.schema(
        [
            pa.field(
                variable.name,
                types[variable.column.type],
                nullable=not variable.column.required,
                metadata={"label": variable.column.meaning, "unit": variable.column.unit},
            )
            for variable in dataset.variables
        ],
        metadata={
            "title": dataset.title,
            **({"notice": INTERNAL_MARK} if dataset.internal else {}),
        },
    )
    columns = [
        pa.array(
            [_as_value(value, field.type == pa.date32()) for value in table[field.name]], field.type
        )
        for field in schema
    ]
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(columns, schema=schema), sink, compression="snappy")
    return sink.getvalue()


def _as_value(value: Any, is_date: bool) -> Any:
    if value is None or pd.isna(value):
        return None
    return value.date() if is_date else value
