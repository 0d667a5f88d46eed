"""Data of patients leave the clinic only when somebody says so twice."""

from __future__ import annotations

from typing import Final

from helpers.errors import CallError

INCLUDE: Final = "--include-data"
CONFIRM: Final = "--i-confirm-that-patient-data-leave-the-clinic"


def check_consent(*, include_data: bool, confirmed: bool) -> None:
    """Raise CallError unless both flags are given, or neither."""
    if include_data and not confirmed:
        raise CallError(
            f"{INCLUDE} puts rows of single patients into the bundle, for whoever receives it. If "
            f"patients, ethics committee and contract allow that, add {CONFIRM}; else leave "
            f"{INCLUDE} out: results and report are then in it, and no data. Nothing was written."
        )
    if confirmed and not include_data:
        raise CallError(
            f"{CONFIRM} confirms {INCLUDE}, which was not given; without it no data leave the "
            "clinic. Give both, or neither."
        )
