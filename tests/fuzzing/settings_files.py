"""Files ``study.toml`` that are right, wrong in a key or a value, or no TOML at all."""

from __future__ import annotations

from random import Random
from typing import Final

from tests.fuzzing.packages import damage_bytes
from tests.fuzzing.values import awkward_text

_LINES: Final = (
    'date_order = "dmy"', 'date_order = "mdy"', 'date_order = "ymd"', "date_order = 1",
    "index_infusion = 1", "index_infusion = 2", "index_infusion = 0", 'index_infusion = "4"',
    "index_infusion = 4.0", "index_infusion = 1e9", "index_infusion = nan", "index_infusion = true",
    "index_infusion = 99999999999999999999", 'title = "A study"', 'title = ""', "title = 5",
    'title = "a\\u0000b"', 'title = "synthetic"', "data_cutoff = 2021-06-30",
    'data_cutoff = "2021-06-30"', "data_cutoff = 2021-06-30T10:00:00Z", "data_cutoff = 0001-01-01",
    'data_cutoff = "soon"', "data_cutoff = 12:00:00", 'missing_words = ["tbc", ""]',
    'missing_words = ["yes", "7", "R001"]', "missing_words = [1]", 'missing_words = "tbc"',
    "missing_words = [[]]", "[ae_synonyms]", 'ae_synonyms = {nausea = ["queasy"]}',
    'ae_synonyms = {"" = []}', 'ae_synonyms = {"?" = ["x"]}', "ae_synonyms = 3",
    'ae_synonyms = {nausea = ["headache"]}', 'ae_synonyms = {x = "y"}', 'ae_synonyms = {x = [""]}',
    '[[registered_outcome]]\ntype = "primary"\nkey = "nothing"', "registered_outcome = 1",
    "registered_outcome = [{type = 1}]", 'registered_outcome = [{kind = "x"}]', "[date_order]",
    "dateorder = 1", '"" = 1', "a.b.c = 1", "x = [", "x = " + "[" * 2000, "= 1", "seed = 1",
    'title = """\nx\n"""', "title = 'x'\ntitle = 'y'",
)  # fmt: skip


def draw_settings(draw: Random) -> tuple[bytes, str]:
    """Return the bytes of a ``study.toml``, and its text in short."""
    lines = draw.sample(_LINES, draw.randint(0, 3))
    if draw.random() < 0.15:
        lines.append(f"title = {awkward_text(draw)}")
    content = "\n".join(lines).encode()
    if draw.random() < 0.15:
        content, _ = damage_bytes(draw, content)
    if draw.random() < 0.05:
        content = content.decode("utf-8", "replace").encode("utf-16")
    return content, repr(content[:80])
