"""CSV: quoting, line breaks, null bytes, delimiters, encodings, ragged rows, headers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from helpers.ingest.folder import StudyData
from helpers.study import OTHER_EVENT
from tests.hostile.tried import Tried, both, confirm, holds, ids, queried, refused, survived
from tests.studies import REDCAP_COLUMNS, record, save_redcap

TITLE = "CSV files"
RECORDS = "redcap_records.csv"
Make = Callable[[Path], Path]


def event(term: str, **how: Any) -> Make:
    """Return what saves an export with one adverse event."""
    rows = record(("ae", {"ae_term": term, "ae_serious": "0"}), ("post_40min", {"nrs": "4"}))
    return lambda folder: save_redcap(rows, folder, **how)


def edited(edit: Callable[[bytes], bytes], term: str = "nausea", **how: Any) -> Make:
    """Return what saves an export and edits its bytes."""

    def make(folder: Path) -> Path:
        path = event(term, **how)(folder) / RECORDS
        path.write_bytes(edit(path.read_bytes()))
        return folder

    return make


def swap(old: str | bytes, new: str | bytes, count: int = 1) -> Callable[[bytes], bytes]:
    before, after = (text.encode() if isinstance(text, str) else text for text in (old, new))

    def edit(content: bytes) -> bytes:
        assert before in content
        return content.replace(before, after, count)

    return edit


def each_line(head: str, tail: str) -> Callable[[bytes], bytes]:
    """Return an edit that puts something behind the header and behind each further line."""

    def edit(content: bytes) -> bytes:
        first, *rest = content.decode().splitlines()
        return "\n".join([first + head, *(line + tail for line in rest), ""]).encode()

    return edit


def recode(encoding: str) -> Callable[[bytes], bytes]:
    return lambda content: content.decode().encode(encoding)


def term(text: str) -> Callable[[StudyData], bool]:
    return both(holds("adverse_events", "term", text), holds("pain_ratings", "nrs", 8, 4))


def pooled(text: str) -> Callable[[StudyData], bool]:
    """Return a check that the term is whole in the data queries, and nowhere else."""
    return both(term(OTHER_EVENT), lambda data: [q.value for q in data.queries] == [text])


COLUMNS = len(REDCAP_COLUMNS)
CASES: Sequence[Tried] = (
    queried("delimiter and quotes inside a quoted text", event('itchy, "very"; sore'),
            "event_pooled", pooled('itchy, "very"; sore')),
    queried("line break inside a quoted text", event("itchy\r\nand\nsore\rnose"), "event_pooled",
            pooled("itchy and sore nose")),
    survived("every field quoted",
             edited(lambda content: "\n".join(
                 ",".join(f'"{cell}"' for cell in line.split(","))
                 for line in content.decode().splitlines()).encode()), term("nausea")),
    survived("semicolons", event("nausea", delimiter=";"), term("nausea")),
    survived("tabs", event("nausea", delimiter="\t"), term("nausea")),
    refused("header with commas, rows with semicolons",
            edited(lambda content: content.split(b"\n", 1)[0] + b"\n"
                   + content.split(b"\n", 1)[1].replace(b",", b";")),
            f"row 2: expected {COLUMNS} columns as in the header, found 1"),
    refused("one row with semicolons", edited(swap("1,infusion_arm_1,", "1;infusion_arm_1;")),
            "row 3: expected"),
    refused("vertical bars", edited(lambda content: content.replace(b",", b"|")),
            "missing column record_id"),
    refused("Excel's own line `sep=;` first", edited(lambda content: b"sep=,\n" + content),
            "row 2: expected 2 columns as in the header"),
    survived("Windows line ends", event("nausea", line_end="\r\n"), term("nausea")),
    survived("line ends of an old Mac", event("nausea", line_end="\r"), term("nausea")),
    survived("mark of UTF-8 at the start", event("nausea", encoding="utf-8-sig"), term("nausea")),
    queried("Windows-1252 with curly quotes and a dash", event("“étourdi” – œ",
                                                               encoding="cp1252"),
            "event_pooled", pooled("“étourdi” – œ")),
    refused("UTF-16 with its mark", edited(recode("utf-16")), "null bytes.*Export it"),
    refused("UTF-16 without a mark", edited(recode("utf-16-le")), "null bytes"),
    refused("UTF-32", edited(recode("utf-32")), "null bytes"),
    refused("byte that is in neither encoding", edited(swap("nausea", b"naus\x81a")),
            "neither all UTF-8 nor all Windows-1252"),
    refused("half of a file in UTF-8, half in Windows-1252",
            edited(swap(",nausea", ",é".encode() + b"\xe9")), "neither all UTF-8 nor"),
    refused("UTF-8 cut inside a letter", edited(lambda content: content + "é".encode() * 2
                                                + b"\xc3"), "neither all UTF-8 nor"),
    refused("Chinese text in GBK", edited(swap("nausea", "头晕恶心".encode("gbk") + b"\x81")),
            "neither all UTF-8"),
    refused("null byte inside a text", edited(swap("nausea", b"nau\0sea")), "null bytes"),
    refused("workbook renamed to .csv", edited(lambda _: b"PK\x03\x04\0\0\0\0"), "null bytes"),
    refused("web page renamed to .csv", edited(lambda _: b"<html>\n<p>Log in</p>\n"),
            "missing column record_id"),
    refused("quote that is never closed", edited(swap(",nausea", ',"nausea')),
            "row 4: cannot be read as CSV"),
    refused("quote closed too early", edited(swap("nausea", '"nau"sea')),
            "row 4: cannot be read as CSV"),
    queried("inch sign in a text", edited(swap("nausea", 'nausea 2"')), "event_pooled",
            pooled('nausea 2"')),
    refused("row with a column too few", edited(swap(",nausea,", ",nausea")), "row 4: expected"),
    refused("row with a column too many", edited(swap(",nausea,", ",nausea,,")),
            "row 4: expected"),
    refused("file cut in the middle", edited(lambda content: content[: len(content) // 2]),
            "expected|cannot be read"),
    refused("header twice", edited(swap(",nrs,", ",age,")), "is there twice"),
    refused("header twice in another case", edited(swap(",nrs,", ",AGE,")),
            "is there twice"),
    refused("two exports pasted under each other", edited(lambda content: content * 2),
            "redcap_event_name: expected one of"),
    survived("header in capitals and with spaces around",
             edited(lambda content: content.split(b"\n", 1)[0].upper().replace(b",", b" , ")
                    + b"\n" + content.split(b"\n", 1)[1]), term("nausea")),
    survived("delimiter at the end of each line", edited(each_line(",", ",")), term("nausea")),
    queried("column without a header that holds values", edited(each_line(",", ",x")),
            "extra_column", lambda data: data.queries[0].value == f"column {COLUMNS + 1}"
            and term("nausea")(data)),
    queried("two columns without a header of which one holds values",
            edited(each_line(",,", ",x,")), "extra_column", term("nausea")),
    survived("empty lines, and lines of delimiters only",
             edited(lambda content: content.replace(b"\n", b"\n\n" + b"," * (COLUMNS - 1) + b"\n")),
             term("nausea")),
    survived("white space around every value",
             edited(lambda content: content.replace(b",", b" , ")), term("nausea")),
    queried("line of 100,000 letters", event("x" * 100_000), "event_pooled",
            pooled("x" * 100_000)),
    queried("1,000 further columns",
            edited(each_line("," + ",".join(f"x{n}" for n in range(1_000)), "," * 1_000)),
            "extra_column", lambda data: len(data.queries) == 1_000 and term("nausea")(data)),
    survived("header without a row", edited(lambda content: content.split(b"\n", 1)[0]),
             holds("patients", "patient")),
    refused("empty file", edited(lambda _: b""), "the file is empty"),
    refused("file of white space", edited(lambda _: b"\xef\xbb\xbf \n \n"), "the file is empty"),
)  # fmt: skip


@pytest.mark.parametrize("tried", CASES, ids=ids(CASES))
def test_csv_files(tried: Tried, tmp_path: Path) -> None:
    confirm(tried, tmp_path / "study")
