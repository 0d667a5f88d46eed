"""What the clinic's files say to a terminal: nothing that it obeys, and nothing endless."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from helpers import cli
from helpers.errors import InputError
from tests.hostile.tried import REFUSED, Tried, both, confirm, holds, ids, queried, refused
from tests.studies import record, save, save_redcap, workbook

TITLE = "What is printed"
COLOUR = "\x1b[31mred\x1b[0m"


def at_event(text: str) -> Callable[[Path], Path]:
    rows = [*record(), {"record_id": "2", "redcap_event_name": text}]
    return lambda folder: save_redcap(rows, folder)


def at_record(text: str) -> Callable[[Path], Path]:
    rows = record(name=text, nrs="12")
    return lambda folder: save_redcap(rows, folder)


def at_sheet(text: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        book = workbook()
        book.create_sheet(text)
        return save(book, folder)

    return make


CASES: Sequence[Tried] = (
    refused("terminal sequence in an event", at_event(COLOUR),
            "row 4, redcap_event_name: expected one of"),
    refused("bell, and deletion of the line, in an event", at_event("x\x07\x08y"),
            "row 4, redcap_event_name: expected one of"),
    refused("event of 100,000 letters", at_event("x" * 100_000),
            "^redcap_records.csv, row 4.{1,2000}Export raw data"),
    queried("terminal sequence in a record", at_record(COLOUR), "out_of_range",
            holds("patients", "patient", COLOUR)),
    queried("sign that turns the direction of writing, in a record", at_record("1\u202e2"),
            "out_of_range", holds("patients", "patient", "1\u202e2")),
    queried("sign that turns the direction of writing, in the name of a sheet",
            at_sheet("Notes\u202e"), "extra_sheet",
            both(holds("patients", "patient", "r001"))),
)  # fmt: skip


def test_a_message_is_one_line_of_visible_signs_whatever_it_quotes() -> None:
    shown = str(InputError(f"found {COLOUR}, \u202eturned,\nbroken \ud800; 頭 é 😀\u200d🔥"))
    assert shown == "found �[31mred�[0m, �turned,�broken �; 頭 é 😀\u200d🔥"
    endless = str(InputError("x" * 100_000 + " Export it again."))
    assert len(endless) < 2_000
    assert endless.endswith(" Export it again.")


@pytest.mark.parametrize("tried", CASES, ids=ids(CASES))
def test_messages(tried: Tried, tmp_path: Path) -> None:
    confirm(tried, tmp_path / "study")


@pytest.mark.parametrize("tried", CASES, ids=ids(CASES))
def test_the_command_prints_nothing_that_a_terminal_obeys(
    tried: Tried, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tried.make(tmp_path / "study")
    code = cli.main(["check", str(tmp_path / "study"), "--out", str(tmp_path / "out")])
    captured = capsys.readouterr()
    printed = captured.out + captured.err
    assert code == (2 if tried.outcome == REFUSED else 0)
    assert not any(sign in printed for sign in "\x1b\x07\x08\u202e")
    assert "Traceback" not in printed
    assert len(printed) < 5_000
    assert (tmp_path / "out").exists() == (code == 0)
