"""Direct identifiers: headers that name them stop the reading, values that look so are queries."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from helpers.cohort.read import read_cohorts
from helpers.errors import InputError
from helpers.ingest.events import code_event, reads_like_term
from helpers.ingest.identifier_headers import find_identifier
from helpers.ingest.identifier_values import (
    find_identifier_code,
    find_identifier_value,
    reads_like_code,
)
from helpers.ingest.layout import SHEETS
from helpers.study import INSTRUMENTS, OTHER_EVENT, REDCAP_KEYS
from tests.studies import (
    DATA,
    REDCAP_COLUMNS,
    SAMPLE,
    read,
    read_book,
    record,
    save,
    save_redcap,
    workbook,
)

FOLDERS = [SAMPLE, DATA.parents[1] / "data" / "synthetic", *sorted((DATA / "reference").glob("*/"))]

# headers


@pytest.mark.parametrize(
    ("headers", "what"),
    [
        (["Name", "Patient name", "PatientName", "patient_name", "First name", "FIRSTNAME",
          "last-name", "Given name(s)", "Family name", "Surname", "Full Name", "name (printed)",
          "pt_first_name", "patientfirstname2", "Name of patient at site", "Vorname", "Nom",
          "Prénom", "Nom de famille", "Nombre", "Apellidos", "Names"], "name"),
        (["Initials", "Pt initials"], "initials"),
        (["DOB", "dob", "Date of birth", "Birth date", "birthdate", "date_of_birth", "Birthday",
          "Geburtsdatum", "Date de naissance", "Fecha de nacimiento", "DOB (dd/mm/yyyy)"],
         "date of birth"),
        (["Health card", "Health card #", "OHIP", "OHIP no.", "healthcard_number",
          "Health insurance number"], "health card"),
        (["MRN", "mrn2", "Medical record number", "Chart number", "Hospital no.",
          "Patient ID (MRN)"], "medical record number"),
        (["SIN", "SIN #", "SIN number", "SSN", "Social insurance number"],
         "social insurance number"),
        (["Phone", "phone1", "Telephone", "Tel.", "Tel. (home)", "Mobile", "Mobile no",
          "cell phone", "Cell", "Contact phone", "Téléphone", "Telefonnummer", "Fax"], "phone"),
        (["E-mail", "email", "Email address", "e_mail", "Courriel", "Correo electrónico"],
         "e-mail"),
        (["Address", "Home address", "Street", "Street address", "Anschrift", "Straße", "Adresse",
          "Dirección"], "address"),
        (["Postal code", "Post code", "ZIP", "zip_code", "PLZ", "Code postal"], "postal code"),
    ],
)  # fmt: skip
def test_a_header_that_names_an_identifier(headers: list[str], what: str) -> None:
    assert {header: find_identifier(header) for header in headers} == dict.fromkeys(headers, what)


def test_the_contract_names_no_identifier() -> None:
    columns = [column.name for columns in SHEETS.values() for column in columns]
    fields = [*REDCAP_KEYS, *REDCAP_COLUMNS, *INSTRUMENTS]
    variants = ["Dose (mg)", "Age (yrs)", "NRS before (0-10)", "Patient ID (study code)", "Patient"]
    for header in (*columns, *fields, *variants, *SHEETS):
        assert find_identifier(header) is None, header


@pytest.mark.parametrize(
    "header",
    ["Medication name", "Drug name", "drug_names", "Name of drug", "Patient's medication name",
     "Site name", "Hospital name", "Study name", "Event name", "Comorbidities (name each)",
     "Trade name", "Nom du médicament", "Nombre de perfusions", "Phone follow-up (yes/no)",
     "Contacted by phone", "Telephone visit", "Followed up via email", "Birth control",
     "Birth weight", "Year of birth", "Cell count", "Street drugs", "Mobile patient", "Chart notes",
     "Sin dolor", "Headphones", "Notes", "Comments", "Hotel", "Zipper", "Postoperative",
     "Rename", "Tender points", "Initial dose", "Streetwise", "Dobutamine", "Fiona", ""],
)  # fmt: skip
def test_a_header_that_names_something_else(header: str) -> None:
    assert find_identifier(header) is None


def refusal(folder: Path) -> str:
    with pytest.raises(InputError) as raised:
        read(folder)
    return str(raised.value)


def test_a_workbook_with_identifying_columns_is_refused_and_no_header_shown(
    tmp_path: Path,
) -> None:
    book = workbook()
    book["Patients"]["M1"] = "Surname Wisniewska"
    book["Patients"]["M2"] = "Wisniewska"
    book["Infusions"]["AB1"] = "Phone of Wisniewska"
    message = refusal(save(book, tmp_path))
    assert "chart_review.xlsx" in message
    assert "sheet 'Patients', column M: name" in message
    assert "sheet 'Infusions', column AB: phone" in message
    assert "Wisniewska" not in message


def test_a_list_of_names_on_a_sheet_of_its_own_is_refused(tmp_path: Path) -> None:
    book = workbook()
    key = book.create_sheet("Wisniewska list")
    key.append(["Code", "Patient name"])
    assert "sheet 5, column B: name" in refusal(save(book, tmp_path))


def test_a_sheet_of_notes_is_no_list_of_names(tmp_path: Path) -> None:
    book = workbook()
    book.create_sheet("Notes").append(["Please give every patient a code instead of a name."])
    assert [query.code for query in read_book(book, tmp_path).queries] == ["extra_sheet"]


def with_field(folder: Path, field: str, row: str = "") -> Path:
    """Save an export with one more field, and its row in the dictionary where one is given."""
    lines = (SAMPLE / "redcap_dictionary.csv").read_text(encoding="utf-8").splitlines()
    if row:
        lines.append(row)
    save_redcap(record(), folder, dictionary="\n".join(lines).encode())
    path = folder / "redcap_records.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    rows = [f"{row},Wisniewska" for row in rows]
    path.write_text("\n".join([f"{head},{field}", *rows]), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("field", "row", "words"),
    [
        ("last_name", "", ": name"),
        ("q1", "q1,baseline,,text,Question,,,,,,y,,,,,,,", "marked as an identifier"),
        ("q1", "q1,baseline,,text,Question,,,email,,,,,,,,,,", ": e-mail (by the dictionary's"),
        ("q1", "q1,baseline,,text,Question,,,phone,,,,,,,,,,", ": phone (by the dictionary's"),
        ("q1", "q1,baseline,,text,Question,,,zipcode,,,,,,,,,,", ": postal code (by"),
        ("q1", "q1,baseline,,text,Last name,,,,,,,,,,,,,", ": name (by the dictionary's label)"),
    ],
)
def test_an_export_with_identifying_fields_is_refused(
    tmp_path: Path, field: str, row: str, words: str
) -> None:
    message = refusal(with_field(tmp_path, field, row))
    number = len(REDCAP_COLUMNS) + 1
    assert re.search(rf"redcap_records\.csv: .*column [A-Z]+ \({number}\)", message)
    assert words in message
    assert "Wisniewska" not in message and field not in message


def test_an_identifier_that_was_not_exported_is_fine(tmp_path: Path) -> None:
    row = "last_name,baseline,,text,Last name,,,,,,y,,,,,,,"
    folder = with_field(tmp_path, "wellbeing", row)
    assert [query.code for query in read(folder).queries] == ["extra_column"]


def test_the_study_s_own_fields_may_be_marked_as_identifiers(tmp_path: Path) -> None:
    text = (SAMPLE / "redcap_dictionary.csv").read_text(encoding="utf-8")
    marked = re.sub(r"^((?:record_id|inf_date|fu_date),.*?)((?:,[^,]*){8})$", _mark, text,
                    flags=re.MULTILINE)  # fmt: skip
    assert marked.count(",y,") == 3
    folder = save_redcap(record(), tmp_path, dictionary=marked.encode())
    assert read(folder).queries == ()


def _mark(match: re.Match[str]) -> str:
    return f"{match[1]},y,{match[2].split(',', 2)[2]}"


# values


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("call 416-555-0199", "a phone number"),
        ("(416) 555-0199", "a phone number"),
        ("+1 416 555 0199", "a phone number"),
        ("+49 30 1234 5678", "a phone number"),
        ("IBS; jane.doe@example.org", "an e-mail address"),
        ("OHIP 1234-567-890-AB", "a health card number"),
        ("1234567890", "a health card number"),
        ("1234 567 890", "a health card number"),
        ("999 999 998", "a social insurance number"),
        ("asthma, lives at K1A 0B1", "a postal code"),
        ("m5v2t6", "a postal code"),
        ("rash, told Mrs Wisniewska", "a person's name"),
        ("seen by Dr. Smith", "a person's name"),
        ("Mme Tremblay fell", "a person's name"),
        ("born 12/03/1970", "a date of birth"),
        ("DOB: 1970-03-12", "a date of birth"),
        ("MRN 00412345", "a medical record number"),
    ],
)
def test_a_text_that_looks_like_an_identifier(text: str, what: str) -> None:
    assert find_identifier_value(text) == what


@pytest.mark.parametrize(
    "text",
    ["2022-03-01", "12-Mar-2021", "2-3 weeks", ">1 month", "3+ weeks", "until next infusion",
     "123 456 789", "2021/03/12", "150 mg", "1.5 mg/kg", "3 h 30 min", "3:30:00", "7/10", "210 min",
     "IBS; migraine; L4-L5-S1 fusion", "L4L5S1 fusion", "MS relapse", "MR scan", "Dr visit",
     "BP 150/95 at 40 min", "PHQ-9", "0.0028571428571", "12345678901.5", "KET-201-001-0001",
     "drowsy", "born in Ontario", "T2D", "a 3-4-5 triangle", ""],
)  # fmt: skip
def test_a_text_that_looks_like_nothing_of_the_kind(text: str) -> None:
    assert find_identifier_value(text) is None


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("Jane Doe", "a person's name"), ("Doe, Jane", "a person's name"),
        ("Wisniewska", "a person's name"), ("jane o'neill", "a person's name"),
        ("1970-03-12", "a date of birth"), ("12/03/1970", "a date of birth"),
        ("19700312", "a date of birth"), ("12 March 1970", "a date of birth"),
        ("1234-567-890", "a health card number"), ("jane@example.org", "an e-mail address"),
        ("416 555 0199", "a phone number"), ("K1A 0B1", "a postal code"),
    ],
)  # fmt: skip
def test_a_patient_s_code_that_is_none(code: str, what: str) -> None:
    assert find_identifier_code(code) == what
    assert not reads_like_code(code)


@pytest.mark.parametrize(
    "code", ["R001", "1", "2024", "P-07", "KET_12", "A1B2", "10001", "120370", "01/007", "00123456"]
)
def test_a_patient_s_code(code: str) -> None:
    assert find_identifier_code(code) is None
    assert reads_like_code(code)


def looks(queries: object) -> list[tuple[str, int, str]]:
    return [(q.sheet, q.row, q.column) for q in queries if q.code == "looks_like_identifier"]  # type: ignore[attr-defined]


def test_values_in_the_workbook_become_queries_and_are_kept(tmp_path: Path) -> None:
    book = workbook(
        patients=[{"Patient ID": "Jane Doe", "Comorbidities": "IBS; call 416-555-0199"}],
        infusions=[{"Patient ID": "Jane Doe"}, {"Patient ID": "jane doe", "Infusion #": 2}],
        follow_ups=[{"Patient ID": "Jane Doe", "Duration of relief": "ask jane@example.org"}],
        events=[{"Patient ID": "Jane Doe", "Event": "Mrs Doe fell"}],
    )
    data = read_book(book, tmp_path)
    assert sorted(looks(data.queries)) == [
        ("Adverse events", 2, "Event"), ("Adverse events", 2, "Patient ID"),
        ("Follow-ups", 2, "Duration of relief"), ("Follow-ups", 2, "Patient ID"),
        ("Infusions", 2, "Patient ID"),
        ("Patients", 2, "Comorbidities"), ("Patients", 2, "Patient ID"),
    ]  # fmt: skip
    query = next(q for q in data.queries if q.column == "Comorbidities")
    assert (query.severity, query.value) == ("warning", "IBS; call 416-555-0199")
    assert "(a phone number)" in query.message and "Remove it" in query.action
    assert data.tables["patients"]["comorbidities"].tolist() == [2]
    assert data.tables["adverse_events"]["term"].tolist() == [OTHER_EVENT]


def test_values_in_the_export_become_queries(tmp_path: Path) -> None:
    rows = record(("ae", {"ae_term": "rash, told Mrs Doe"}), ("week_1", {}), name="1234 567 890")
    data = read(save_redcap(rows, tmp_path))
    assert looks(data.queries) == [("", 2, "record_id"), ("", 4, "ae_term")]
    assert data.tables["adverse_events"]["term"].tolist() == [OTHER_EVENT]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_false_alarm_in_the_study_folders(folder: Path) -> None:
    codes = {query.code for query in read_cohorts(folder).data.queries}
    assert "looks_like_identifier" not in codes


# adverse events


@pytest.mark.parametrize(
    "text", ["itchy nose", "dry mouth", "restless-leg syndrome", "raynaud's", "grippe"]
)
def test_a_plain_term_stands_as_written(text: str) -> None:
    found = code_event(text, {})
    assert (found.term, found.coded, found.warning) == (text, False, "event_uncoded")


@pytest.mark.parametrize(
    "text",
    ["felt odd for the whole evening", "rash 3 days", "fell (stairs)", "mrs doe fell", "dr smith",
     "x" * 41, "jane@example.org", "bp 150/95", "patient angry"],
)  # fmt: skip
def test_free_text_is_pooled_while_reading(text: str) -> None:
    assert not reads_like_term(text)
    found = code_event(text, {})
    assert (found.term, found.coded, found.warning) == (OTHER_EVENT, False, "event_pooled")


def test_a_listed_text_is_coded_however_long(tmp_path: Path) -> None:
    words = "felt odd for the whole evening"
    assert code_event(words, {words: "dissociation"}).term == "dissociation"
