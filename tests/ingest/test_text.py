"""Normalised text, by the contract's sentence about white space, dashes and case."""

import pytest

from helpers.ingest.text import (
    comparable_text,
    format_number,
    normalise_header,
    normalise_text,
    split_bracket,
)


@pytest.mark.parametrize(
    ("raw", "normalised"),
    [
        ("  No\u00a0 Relief ", "no relief"),
        ("7 / 10", "7/10"),
        ("2 – 3 weeks", "2-3 weeks"),
        ("2 — 3 weeks", "2-3 weeks"),
        ("> = 3 weeks", ">=3 weeks"),
        ("~ 50 %", "~50%"),
        ("3 : 30", "3:30"),
        ("3 + weeks", "3+weeks"),
        ("–", "-"),
        ("\u00a0", ""),
    ],
)
def test_normalise_text(raw: str, normalised: str) -> None:
    assert normalise_text(raw) == normalised


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Weight (kg)", "weight"),
        ("NRS_before (0-10)", "nrsbefore"),
        ("PHQ-9", "phq9"),
        ("Infusion #", "infusion"),
        ("  follow-up\u00a0DATE ", "followupdate"),
        ("Duration of relief", "durationofrelief"),
        ("Duration [h]", "duration"),
    ],
)
def test_headers_ignore_case_spaces_punctuation_and_a_bracket(header: str, name: str) -> None:
    assert normalise_header(header) == name


def test_only_the_bracket_at_the_end_is_split_off() -> None:
    assert split_bracket("Dose (mg) total") == ("Dose (mg) total", "")
    assert split_bracket("Dose  (mg / kg)") == ("Dose", "mg / kg")


@pytest.mark.parametrize(("number", "text"), [(7.0, "7"), (6.5, "6.5"), (1e-7, "0.0000001")])
def test_numbers_are_written_without_exponent(number: float, text: str) -> None:
    assert format_number(number) == text


def test_space_between_number_and_unit_does_not_make_rows_differ() -> None:
    assert comparable_text("70 kg") == comparable_text("70kg")
    assert comparable_text("2-3 weeks") != comparable_text("2-4 weeks")
