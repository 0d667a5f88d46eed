"""Part 2: the dictionary's rules, the encodings, and the rules for the duration of relief."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from helpers.errors import StudyError
from tests.studies import (
    DATA,
    SAMPLE,
    errors,
    read,
    record,
    save_redcap,
    warnings,
)


def export(tmp_path: Path, *visits: Any, **baseline: str) -> Any:
    """Read one record."""
    return read(save_redcap(record(*visits, **baseline), tmp_path))


def relief(data: Any) -> list[tuple[str, float, float]]:
    table = data.tables["relief"]
    return list(zip(table["kind"], table["lower_days"], table["upper_days"], strict=True))


def week(number: int, day: int | None, **fields: str) -> tuple[str, dict[str, str]]:
    """Return a visit of a week, so many days after the infusion of 1 March 2022."""
    dates = {None: "", 0: "2022-03-01", 6: "2022-03-07", 7: "2022-03-08", 10: "2022-03-11",
             14: "2022-03-15", 16: "2022-03-17", 28: "2022-03-29", -1: "2022-02-28"}  # fmt: skip
    return f"week_{number}", {"fu_date": dates[day], "followup_complete": "2"} | fields


ON, OFF = {"relief_ongoing": "1"}, {"relief_ongoing": "0"}
INF = float("inf")


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        # rule 1: the first stated number of days, 0 is none
        ([week(1, 7, **OFF, relief_days="5")], [("exact", 5, 5)]),
        ([week(1, 7, **OFF, relief_days="0")], [("none", 0, 0)]),
        ([week(1, 7, **ON), week(2, 14, **OFF, relief_days="9"),
          week(4, 28, **OFF, relief_days="12")], [("exact", 9, 9)]),
        ([week(1, 7, **ON, relief_days="9")], [("exact", 9, 9)]),
        # rule 2: between the last visit with relief and the first without
        ([week(1, 7, **ON), week(2, 14, **OFF)], [("interval", 7, 14)]),
        ([week(1, 7, **OFF)], [("interval", 0, 7)]),
        ([week(1, 7, **OFF, relief_pct="0")], [("none", 0, 0)]),
        ([week(1, 0, **OFF, relief_pct="30")], [("none", 0, 0)]),
        ([week(1, 7, **ON), week(2, 14), week(4, 28, **OFF, relief_pct="0")],
         [("interval", 7, 28)]),
        ([week(1, 7, **ON), week(2, 14, **OFF), week(4, 28, **ON)], [("interval", 7, 14)]),
        # in order of date, not of name
        ([week(2, 7, **ON), week(1, 14, **OFF)], [("interval", 7, 14)]),
        # rule 3: censored at the last visit with relief
        ([week(1, 7, **ON), week(2, 14, **ON), week(4, 28)], [("right", 14, INF)]),
        # rule 4: missing
        ([week(1, None, **ON, relief_days="5")], []),
        ([week(1, 7), week(2, 14)], []),
        ([], []),
        # a visit without date is not attended
        ([week(1, 7, **ON), week(2, None, **OFF), week(4, 28, **ON)], [("right", 28, INF)]),
        # a stated number that could not be known: rules 2 to 4
        ([week(1, 7, **OFF, relief_days="10")], [("interval", 0, 7)]),
        ([week(1, 7, **OFF, relief_days="9")], [("exact", 9, 9)]),
    ],
)  # fmt: skip
def test_duration_of_relief(
    tmp_path: Path, visits: list[Any], expected: list[tuple[str, float, float]]
) -> None:
    assert relief(export(tmp_path, *visits)) == expected


def test_days_beyond_the_visit_are_an_error(tmp_path: Path) -> None:
    data = export(tmp_path, week(1, 7, **OFF, relief_days="9.5"))
    assert errors(data) == [("", 4, "relief_days", "relief_days_after_visit")]


def test_a_visit_before_the_infusion_loses_its_date(tmp_path: Path) -> None:
    data = export(tmp_path, week(1, -1, **ON, relief_pct="40"), week(2, 14, **ON))
    assert errors(data) == [("", 4, "fu_date", "follow_up_before_infusion")]
    assert relief(data) == [("right", 14, INF)]
    assert data.tables["follow_ups"]["relief_pct"].tolist()[0] == 40


@pytest.mark.parametrize(
    ("visits", "warning"),
    [
        ([week(1, 7, **OFF), week(2, 14, **ON)], (5, "relief_ongoing", "ongoing_after_end")),
        ([week(1, 7, **OFF, relief_pct="20")], (4, "relief_pct", "relief_after_end")),
        ([week(1, 16, **ON)], (4, "fu_date", "visit_off_schedule")),
        ([week(1, 7, **ON, relief_days="7")], (4, "relief_days", "relief_days_contradicted")),
        ([week(1, 7, **ON), week(2, 14, **OFF, relief_days="3")],
         (5, "relief_days", "relief_days_contradicted")),
        ([week(1, None, **ON)], (4, "fu_date", "visit_without_date")),
        ([("post_40min", {"pain_complete": "1", "nrs": "3"})],
         (4, "pain_complete", "instrument_incomplete")),
        ([("ae", {"ae_term": "itchy"}), ], (4, "ae_term", "event_uncoded")),
    ],
)  # fmt: skip
def test_warnings(tmp_path: Path, visits: list[Any], warning: tuple[int, str, str]) -> None:
    found = [(row, column, code) for _, row, column, code in warnings(export(tmp_path, *visits))]
    assert warning in found


@pytest.mark.parametrize("day", [0, 14])
def test_a_visit_up_to_seven_days_off_its_week_is_on_schedule(tmp_path: Path, day: int) -> None:
    assert warnings(export(tmp_path, week(1, day, **ON))) == []


@pytest.mark.parametrize("code", ["-99", "-88", "", " "])
def test_missing_codes(tmp_path: Path, code: str) -> None:
    data = export(tmp_path, ("post_40min", {"nrs": code}), age=code)
    assert data.queries == ()
    assert data.tables["patients"]["age"].isna().all()


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("age", "111", "out_of_range"), ("age", "50.5", "invalid_value"),
     ("age", "x", "invalid_value"),
     ("sex", "3", "invalid_choice"), ("icf_signed", "yes", "invalid_choice"),
     ("weight_kg", "7,5", "invalid_value"), ("nrs", "12", "out_of_range"),
     ("phq9_1", "4", "invalid_choice"), ("comorbid___1", "2", "invalid_choice")],
)  # fmt: skip
def test_values_outside_the_dictionary(tmp_path: Path, field: str, value: str, code: str) -> None:
    data = export(tmp_path, **{field: value})
    assert errors(data) == [("", 2, field, code)]


def test_the_dictionary_wins_over_the_contract(tmp_path: Path) -> None:
    text = (SAMPLE / "redcap_dictionary.csv").read_text(encoding="utf-8")
    text = text.replace("Nrs,,,integer,0,10", "Nrs,,,number,0,8")
    text = text.replace('"1, Female | 2, Male"', '"1, Male | 2, Female | 3, Intersex"')
    rows = record(("post_40min", {"nrs": "6.5"}), sex="1", nrs="9")
    rows += record(name="2", sex="3", nrs="8")
    data = read(save_redcap(rows, tmp_path, dictionary=text.encode()))
    assert errors(data) == [("", 2, "nrs", "out_of_range")]
    assert data.tables["pain_ratings"]["nrs"].tolist() == [6.5, 8]
    assert data.tables["patients"]["sex"].tolist() == ["male", "intersex"]


def test_phq9_is_the_sum_of_its_items(tmp_path: Path) -> None:
    data = export(tmp_path, phq9_total="12")
    assert data.tables["patients"]["phq9"].tolist() == [9]
    assert warnings(data) == [("", 2, "phq9_total", "phq9_total_differs")]


def test_phq9_without_all_items_is_the_stated_total(tmp_path: Path) -> None:
    data = export(tmp_path, phq9_total="12", phq9_3="-99")
    assert data.tables["patients"]["phq9"].tolist() == [12]
    assert data.queries == ()


def test_comorbidities_are_the_checked_boxes(tmp_path: Path) -> None:
    data = export(tmp_path, comorbid___1="1", comorbid___4="1")
    assert data.tables["patients"]["comorbidities"].tolist() == [2]


def test_a_value_in_an_event_that_does_not_collect_it(tmp_path: Path) -> None:
    data = export(tmp_path, ("infusion", {"nrs": "4"}))
    assert errors(data) == [("", 3, "nrs", "value_outside_event")]
    assert len(data.tables["pain_ratings"]) == 1


def test_duplicates_and_orphans(tmp_path: Path) -> None:
    rows = record(week(1, 7, **ON), week(1, 7, **OFF))
    rows += [*record(name="2"), record(name="2")[0]]
    rows += [{"record_id": "3", "redcap_event_name": "week_1_arm_1", "nrs": "4"}]
    data = read(save_redcap(rows, tmp_path))
    assert errors(data) == [
        ("", 4, "", "duplicate_conflict"),
        ("", 5, "", "duplicate_conflict"),
        ("", 9, "", "orphan"),
    ]
    assert warnings(data) == [("", 8, "", "duplicate_identical")]


def test_cutoff(tmp_path: Path) -> None:
    import datetime as dt

    rows = record(week(1, 7, **ON), week(2, 14, **ON), ("ae", {"ae_term": "nausea"}))
    late = {"inf_date": "2022-03-12"}
    rows += record(("infusion", late), ("post_40min", {"nrs": "4"}), name="2")
    data = read(save_redcap(rows, tmp_path), data_cutoff=dt.date(2022, 3, 10))
    assert data.accounts[0].excluded == {"after the data cutoff": 3}
    assert relief(data) == [("right", 7, INF)]
    assert len(data.tables["infusions"]) == 1


@pytest.mark.parametrize(
    ("encoding", "delimiter", "line_end"),
    [("utf-8", ",", "\n"), ("utf-8-sig", ",", "\r\n"), ("cp1252", ";", "\r\n"),
     ("cp1252", "\t", "\r"), ("utf-8", ";", "\r")],
)  # fmt: skip
def test_encodings_delimiters_and_line_ends(
    tmp_path: Path, encoding: str, delimiter: str, line_end: str
) -> None:
    rows = record(("ae", {"ae_term": "étourdi", "ae_serious": "0"}), week(1, 7, **ON))
    folder = save_redcap(rows, tmp_path, encoding=encoding, delimiter=delimiter, line_end=line_end)
    data = read(folder)
    assert data.tables["adverse_events"]["term"].tolist() == ["étourdi"]
    assert relief(data) == [("right", 7, INF)]


def test_rows_are_counted_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    rows = record(("ae", {"ae_term": "nausea\nand more"}), ("post_40min", {"nrs": "12"}))
    assert errors(read(save_redcap(rows, tmp_path))) == [("", 5, "nrs", "out_of_range")]


def test_reference_folder_with_everything_messy() -> None:
    data = read(DATA / "reference" / "redcap_messy")
    account = data.accounts[0]
    excluded = sum(account.excluded.values())
    assert account.rows == (
        account.used + account.used_with_warning + account.used_in_part + excluded
    )


# found by a reviewer who tried to break the reading


def changed(field: str, row: str) -> bytes:
    """Return the sample's dictionary with the row of one field replaced."""
    lines = (SAMPLE / "redcap_dictionary.csv").read_text(encoding="utf-8").splitlines()
    form = next(line.split(",")[1] for line in lines if line.startswith(f"{field},"))
    kind, choices, validation, low, high = row.split(";")
    new = f'{field},{form},,{kind},Label,"{choices}",,{validation},{low},{high},,,,,,,,'
    return "\n".join(new if line.startswith(f"{field},") else line for line in lines).encode()


@pytest.mark.parametrize("row", ["calc;;;;", "text;;integer;0;1", "radio;1, Yes | 0, No;;;"])
def test_yes_and_no_may_be_calculated_typed_or_chosen(tmp_path: Path, row: str) -> None:
    dictionary = changed("screen_pass", row)
    data = read(save_redcap(record(screen_pass="1"), tmp_path, dictionary=dictionary))
    assert data.tables["patients"]["safety_screen"].tolist() == [True]


def test_a_third_answer_counts_as_missing_and_is_asked_about(tmp_path: Path) -> None:
    dictionary = changed("fm_dx", "radio;1, Yes | 0, No | 2, Suspected;;;")
    data = read(save_redcap(record(fm_dx="2"), tmp_path, dictionary=dictionary))
    assert data.tables["patients"]["fm_diagnosed"].isna().all()
    assert warnings(data) == [("", 2, "fm_dx", "answer_not_yes_or_no")]


def test_labels_in_two_languages_win_over_the_code(tmp_path: Path) -> None:
    dictionary = changed("sex", "radio;1, Homme / Male | 2, Femme / Female;;;")
    data = read(save_redcap(record(sex="1"), tmp_path, dictionary=dictionary))
    assert data.tables["patients"]["sex"].tolist() == ["male"]


def test_labels_that_fit_in_part_are_refused(tmp_path: Path) -> None:
    row = "radio;1, Not related | 2, Possibly related | 3, Definitely related;;;"
    folder = save_redcap(record(), tmp_path, dictionary=changed("ae_related", row))
    with pytest.raises(StudyError, match="ae_related: cannot tell what the choices"):
        read(folder)


def test_an_instance_without_a_form_does_not_make_a_row_another(tmp_path: Path) -> None:
    rows = record(week(1, 7, **ON))
    rows.append(rows[-1] | {"redcap_repeat_instance": "1", "relief_ongoing": "0"})
    codes = [code for *_, code in errors(read(save_redcap(rows, tmp_path)))]
    assert codes == ["duplicate_conflict", "duplicate_conflict"]


@pytest.mark.parametrize("date", ["0202-03-01", "2922-03-08"])
def test_a_mistyped_century_is_an_error(tmp_path: Path, date: str) -> None:
    data = export(tmp_path, ("infusion", {"inf_date": date}))
    assert errors(data) == [("", 3, "inf_date", "out_of_range")]


def test_visits_after_an_infusion_without_date_are_asked_about(tmp_path: Path) -> None:
    data = export(tmp_path, ("infusion", {"inf_date": ""}), week(1, 7, **ON))
    assert ("", 3, "inf_date", "infusion_without_date") in warnings(data)


def test_a_count_that_is_not_whole(tmp_path: Path) -> None:
    dictionary = changed("prior_infusions", "text;;number;0;200")
    folder = save_redcap(record(prior_infusions="2.9"), tmp_path, dictionary=dictionary)
    assert errors(read(folder)) == [("", 2, "prior_infusions", "not_a_whole_number")]


def test_column_names_in_capitals(tmp_path: Path) -> None:
    folder = save_redcap(record(), tmp_path)
    path = folder / "redcap_records.csv"
    header, rest = path.read_text(encoding="utf-8").split("\n", 1)
    path.write_text(f"{header.upper()}\n{rest}", encoding="utf-8")
    assert len(read(folder).tables["patients"]) == 1


def test_numbers_without_limits_do_no_harm(tmp_path: Path) -> None:
    dictionary = changed("height_cm", "text;;number;;")
    folder = save_redcap(record(height_cm="9" * 400), tmp_path, dictionary=dictionary)
    assert errors(read(folder)) == [("", 2, "height_cm", "invalid_value")]
