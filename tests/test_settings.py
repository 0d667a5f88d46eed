"""Parameters and study.toml: what is allowed, what is refused, and which wins."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from helpers.errors import CallError, InputError
from helpers.settings import check_parameters, parse_assignments, resolve_settings


def toml(tmp_path: Path, text: str) -> Path:
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_defaults(tmp_path: Path) -> None:
    settings = resolve_settings(tmp_path)
    assert (settings.part, settings.ci_level, settings.index_infusion) == ("both", 0.95, 4)
    assert (settings.responder_threshold, settings.horizon_days) == (30, 84)
    assert (settings.n_boot, settings.seed, settings.profile) == (2000, 20201130, "internal")


def test_command_line_wins_over_the_file_and_the_file_over_the_defaults(tmp_path: Path) -> None:
    folder = toml(tmp_path, 'index_infusion = 2\ntitle = "From the file"')
    assert resolve_settings(folder).index_infusion == 2
    assert resolve_settings(folder, {"index_infusion": "1"}).index_infusion == 1
    assert resolve_settings(folder, {"index_infusion": None}).index_infusion == 2
    assert resolve_settings(folder, {"title": "Mine"}).title == "Mine"


def test_every_key_of_the_file(tmp_path: Path) -> None:
    folder = toml(
        tmp_path,
        """
        date_order = "mdy"
        data_cutoff = 2022-06-30
        missing_words = ["tbc"]
        [ae_synonyms]
        nausea = ["queasy"]
        [[registered_outcome]]
        type = "primary"
        title = "Pain"
        time_frame = "40 minutes"
        key = "prospective.short_term.nrs_reduction.mean"
        """,
    )
    settings = resolve_settings(folder)
    assert settings.date_order == "mdy"
    assert settings.data_cutoff == dt.date(2022, 6, 30)
    assert settings.missing_words == ("tbc",)
    assert settings.ae_synonyms == {"nausea": ("queasy",)}
    assert settings.registered_outcomes[0]["type"] == "primary"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('date_ordr = "dmy"', "unknown key 'date_ordr'; did you mean 'date_order'"),
        ('date_order = "ymd"', "one of dmy, mdy"),
        ("index_infusion = 0", "at least 1"),
        ('index_infusion = "four"', "at least 1"),
        ("index_infusion = true", "at least 1"),
        ('data_cutoff = "soon"', "a date"),
        ('missing_words = "tbc"', "a list of words"),
        ('[ae_synonyms]\nqueasy = "nausea"', "a list of words"),
        ('[ae_synonyms]\nfatigue = ["sleepy"]', "already stands for sedation"),
        ('[ae_synonyms]\ntired = ["exhausted"]', "already stands for fatigue"),
        ('[ae_synonyms]\na = ["b"]\nb = ["c"]', "already stands for a"),
        ('[ae_synonyms]\n"" = ["exhausted"]', "no letter"),
        ('[[registered_outcome]]\ntimeframe = "x"', "did you mean 'time_frame'"),
        ('[[registered_outcome]]\ntitle = "a\\u0001"', "texts on one line"),
        ('[ae_synonyms]\n"a\\u0001" = ["b"]', "cannot be printed"),
        ("title =", "cannot be read as TOML"),
        ("ci_level = 0.9", "unknown key 'ci_level'"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=rf"study\.toml.*{words}"):
        resolve_settings(toml(tmp_path, text))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ci_levl", "0.9", "did you mean 'ci_level'"),
        ("ci_level", "95", "between 0.5 and 1"),
        ("ci_level", "nan", "between 0.5 and 1"),
        ("ci_level", "1", "between 0.5 and 1"),
        ("part", "retro", "one of both, retrospective, prospective"),
        ("index_infusion", "1.5", "whole number"),
        ("responder_threshold", "0", "percentage"),
        ("horizon_days", "-1", "whole number of days"),
        ("n_boot", "10", "whole number from 100"),
        ("seed", "-1", "whole number"),
        ("profile", "public", "one of internal"),
        ("title", "  ", "not empty"),
        ("data_cutoff", "2022-01-01", "unknown key"),
    ],
)
def test_a_wrong_parameter_is_refused(name: str, value: str, words: str) -> None:
    with pytest.raises(CallError, match=words):
        check_parameters({name: value}, "parameters")


def test_whole_numbers_keep_every_digit() -> None:
    assert check_parameters({"seed": "9007199254740993"}, "parameters") == {
        "seed": 9007199254740993
    }


def test_assignments() -> None:
    assert parse_assignments(["ci_level=0.9", "title=a=b"]) == {"ci_level": "0.9", "title": "a=b"}
    with pytest.raises(CallError, match="expected name=value"):
        parse_assignments(["ci_level"])
    with pytest.raises(CallError, match="given twice"):
        parse_assignments(["seed=1", "seed=2"])


def test_made_up_data_stay_made_up_whatever_the_report_is_called(tmp_path: Path) -> None:
    folder = toml(tmp_path, 'title = "SYNTHETIC study"')
    assert resolve_settings(folder, {"title": "Real results"}).synthetic
    assert not resolve_settings(tmp_path / "other").synthetic


def test_the_date_of_the_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert resolve_settings(tmp_path).report_date == dt.date(2023, 11, 14)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(CallError, match="SOURCE_DATE_EPOCH"):
        resolve_settings(tmp_path)
