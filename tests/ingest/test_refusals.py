"""What cannot be read at all: one message that names file, place, what was expected and came."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from helpers.errors import StudyError
from tests.studies import SAMPLE, read, record, save, save_redcap, workbook

Change = Callable[[openpyxl.Workbook], object]


def _rename(sheet: str, cell: str, text: str) -> Change:
    return lambda book: book[sheet].__setitem__(cell, text)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda book: book.remove(book["Follow-ups"]), ["missing sheet 'Follow-ups'"]),
        (lambda book: book["Patients"].delete_cols(2), ["Patients", "'Consent signed'"]),
        (_rename("Infusions", "G1", "Pain after"), ["Infusions", "'NRS after'"]),
        (_rename("Patients", "H1", "Weight (lb)"), ["'Weight (lb)'", "another unit"]),
        (_rename("Patients", "G1", "Height (in)"), ["'Height (in)'", "another unit"]),
        (_rename("Patients", "G1", "Height [ft]"), ["'Height [ft]'", "another unit"]),
        (_rename("Infusions", "D1", "Dose (mg/kg)"), ["'Dose (mg/kg)'", "another unit"]),
        (_rename("Infusions", "D1", "Dose (mg / kg)"), ["another unit"]),
        (_rename("Infusions", "E1", "Duration (min)"), ["'Duration (min)'", "another unit"]),
        (_rename("Infusions", "F1", "NRS before (0-100)"), ["another unit"]),
        (_rename("Follow-ups", "E1", "Duration of relief (weeks)"), ["another unit"]),
        (_rename("Patients", "C1", "Age (months)"), ["another unit"]),
        (_rename("Patients", "H1", "Weight (lbs.)"), ["another unit"]),
        (_rename("Infusions", "D1", "Dose (mg per kg)"), ["another unit"]),
        (_rename("Infusions", "F1", "NRS before (0 to 100)"), ["another unit"]),
        (_rename("Follow-ups", "D1", "Pain relief (NRS 0-10)"), ["another unit"]),
        (_rename("Follow-ups", "D1", "Pain relief (/10)"), ["another unit"]),
        (_rename("Infusions", "I1", "nrs_BEFORE (0-10)"), ["column headers are the same"]),
        (lambda book: book.create_sheet("patients "), ["sheets are the same"]),
    ],
)
def test_a_workbook_of_another_layout(tmp_path: Path, change: Change, words: list[str]) -> None:
    book = workbook()
    change(book)
    with pytest.raises(StudyError) as refusal:
        read(save(book, tmp_path))
    for word in ["chart_review.xlsx", *words]:
        assert word in str(refusal.value)


@pytest.mark.parametrize(
    "header",
    ["Dose (mg)", "DOSE [total]", "Dose (mg, total)"],
)
def test_the_column_s_own_unit_is_fine(tmp_path: Path, header: str) -> None:
    book = workbook()
    book["Infusions"]["D1"] = header
    assert len(read(save(book, tmp_path)).tables["infusions"]) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"Patient ID,Sex\n", "not a complete Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password-protected"),
        (b"PK\x03\x04 but then nothing", "not a complete Excel workbook"),
    ],
)
def test_a_file_that_is_no_workbook(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "chart_review.xlsx").write_bytes(content)
    with pytest.raises(StudyError, match=rf"chart_review\.xlsx: .*{words}"):
        read(tmp_path)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_truncated_workbook(tmp_path: Path, share: float) -> None:
    whole = (SAMPLE / "chart_review.xlsx").read_bytes()
    (tmp_path / "chart_review.xlsx").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(StudyError, match=r"chart_review\.xlsx"):
        read(tmp_path)


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "chart_review.xlsx", "w") as archive:
        archive.writestr("letter.txt", "Dear colleague")
    with pytest.raises(StudyError, match="cannot be read as an Excel workbook"):
        read(tmp_path)


def test_no_folder_and_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="no such folder"):
        read(tmp_path / "nowhere")
    with pytest.raises(StudyError, match=r"no study data; expected chart_review\.xlsx"):
        read(tmp_path)


def test_a_part_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="part=prospective: the folder holds only retrospective"):
        read(save(workbook(), tmp_path), part="prospective")


def test_records_without_their_dictionary(tmp_path: Path) -> None:
    folder = save_redcap(record(), tmp_path)
    (folder / "redcap_dictionary.csv").unlink()
    with pytest.raises(StudyError, match=r"redcap_dictionary\.csv is not"):
        read(folder)


def _edit(folder: Path, name: str, old: str, new: str) -> Path:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("record_id,", "study_id,", r"row 1: missing column record_id"),
        ("record_id,redcap_event_name", "Record ID,Event Name", "label export"),
        (",nrs,", ",pain,", "missing field nrs"),
        (",nrs,", ",dose_mg,", "is there twice"),
        ("baseline_arm_1", "baseline_arm_2", r"row 2, redcap_event_name: .*baseline_arm_2"),
        ("baseline_arm_1", "Baseline", "found 'Baseline'"),
        ("vitals_complete", "vitals_status", "missing field vitals_complete"),
    ],
)
def test_an_export_of_another_project(tmp_path: Path, old: str, new: str, words: str) -> None:
    folder = _edit(save_redcap(record(), tmp_path), "redcap_records.csv", old, new)
    with pytest.raises(StudyError, match=rf"redcap_records\.csv, {'' if 'row' in words else '.*'}"
                       rf"{words}"):  # fmt: skip
        read(folder)


def test_a_truncated_export(tmp_path: Path) -> None:
    whole = (SAMPLE / "redcap_records.csv").read_bytes()
    shutil.copy(SAMPLE / "redcap_dictionary.csv", tmp_path)
    (tmp_path / "redcap_records.csv").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StudyError, match=r"redcap_records\.csv, row \d+: expected \d+ columns"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), ("record_id,é\n".encode("utf-16"), "null bytes"),
     (b'record_id,"redcap\n', "cannot be read as CSV")],
)  # fmt: skip
def test_an_export_that_is_no_csv(tmp_path: Path, content: bytes, words: str) -> None:
    folder = save_redcap(record(), tmp_path)
    (folder / "redcap_records.csv").write_bytes(content)
    with pytest.raises(StudyError, match=rf"redcap_records\.csv.*{words}"):
        read(folder)


def test_a_dictionary_without_a_field(tmp_path: Path) -> None:
    folder = _edit(save_redcap(record(), tmp_path), "redcap_dictionary.csv", "\nnrs,", "\npain,")
    with pytest.raises(StudyError, match=r"redcap_dictionary\.csv: missing field nrs"):
        read(folder)


@pytest.mark.parametrize("name", ["chart_review.xlsx", "study.toml"])
def test_a_folder_or_a_broken_link_in_place_of_a_file(tmp_path: Path, name: str) -> None:
    folder = save_redcap(record(), tmp_path)
    (folder / name).symlink_to(folder / "gone")
    with pytest.raises(StudyError, match="a folder or a broken link"):
        read(folder)
