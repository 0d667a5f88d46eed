"""Read a Parquet file row by row, as the typed values it holds."""

from __future__ import annotations

import datetime as dt
import decimal
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from helpers.errors import InputError
from helpers.ingest.csv_file import MOST_BYTES, MOST_CELLS, MOST_COLUMNS

_BATCH: Final = 16_384  # rows that are unpacked at a time
_TYPED: Final = (bool, int, float, str, dt.date, dt.time, dt.timedelta)
# What a spreadsheet shows for a number that is none, and for a value of no kind that it knows.
_NO_NUMBER: Final = "#NUM!"
_NO_VALUE: Final = "#VALUE!"


def read_parquet(path: Path, again: str) -> Iterator[tuple[int, list[Any]]]:
    """Yield the header and then every row, numbered as a spreadsheet would: the header is row 1.

    A null is None, and nothing else is: NaN and infinity are error values. Decimals are numbers;
    a value that no spreadsheet knows (a list, bytes) is an error value.

    Parameters
    ----------
    path
        The file.
    again
        What a person is told to do when the file is damaged, without the full stop.

    Raises
    ------
    InputError
        When the file is no Parquet file, damaged, encrypted, or too large.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            _check_size(path.name, file.metadata)
            yield 1, list(file.schema_arrow.names)
            number = 1
            for batch in file.iter_batches(_BATCH):
                columns = [_values(column) for column in batch.columns]
                for row in zip(*columns, strict=True):
                    number += 1
                    yield number, list(row)
    except (pa.ArrowException, OSError, OverflowError) as problem:
        raise InputError(
            f"{path.name}: cannot be read as Parquet ({type(problem).__name__}); the file is "
            f"damaged, encrypted or of another kind. {again}."
        ) from None


def _check_size(file: str, metadata: Any) -> None:
    groups = (metadata.row_group(place) for place in range(metadata.num_row_groups))
    unpacked = sum(group.total_byte_size for group in groups)
    cells = metadata.num_rows * metadata.num_columns
    if unpacked > MOST_BYTES or cells > MOST_CELLS or metadata.num_columns > MOST_COLUMNS:
        raise InputError(
            f"{file}: too large for a table of this study: more than {MOST_COLUMNS} columns, "
            f"{MOST_CELLS} cells, or {MOST_BYTES // 1_000_000} MB unpacked. Leave this study's "
            "patients in it only."
        )


def _values(column: Any) -> list[Any]:
    return [_value(value) for value in column.to_pylist()]


def _value(value: Any) -> Any:
    if value is None or (isinstance(value, _TYPED) and not isinstance(value, float)):
        return value
    if isinstance(value, float | decimal.Decimal):
        return float(value) if math.isfinite(value) else _NO_NUMBER
    return _NO_VALUE
