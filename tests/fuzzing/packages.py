"""Damage below the cells: the XML of a workbook, its zip archive, and bare bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from helpers.present.fixed_zip import EPOCH
from tests.fuzzing.values import NUMBERS, awkward_text

_ATTRIBUTES = (
    ' t="s"', ' t="e"', ' t="b"', ' t="n"', ' t="d"', ' t="str"', ' t="inlineStr"', ' t="zz"',
    ' s="0"', ' s="9999"', ' r="A1"', ' r="XFD1048576"', ' r="A0"', ' r="1A"', ' r=""',
)  # fmt: skip
_SNIPPETS = (
    "<c/>", "<row/>", "</row>", "<v>", "</v>", "<f>1+1</f>", "<is><t>x</t></is>", "<!-- x -->",
    "<![CDATA[7]]>", "<?pi?>", "&lt;", "&amp;", "&#0;", "&#55296;", "&x;", "_x0041_", "\u0001",
    "\x00",
    '<mergeCell ref="A1:XFD1048576"/>', '<dimension ref="A1:XFD1048576"/>', "<x:y/>",
    "<extLst><ext/></extLst>", "<a>" * 300, "1E400", "NaN", "-1", "9" * 400, "TRUE", "#N/A",
)  # fmt: skip


def damage_bytes(draw: Random, content: bytes) -> tuple[bytes, str]:
    """Return bytes with a few changed, lost, doubled or put in; and what was done."""
    if not content:
        return b"\x00", "a byte in nothing"
    place = draw.randrange(len(content))
    length = draw.choice((1, 1, 2, 16, 300))
    kind = draw.choice(("flip", "cut off", "cut out", "double", "put in", "empty", "tail"))
    changed = {
        "flip": content[:place] + bytes([content[place] ^ (1 << draw.randrange(8))])
        + content[place + 1 :],
        "cut off": content[:place],
        "cut out": content[:place] + content[place + length :],
        "double": content[:place] + content[place : place + length] + content[place:],
        "put in": content[:place] + draw.randbytes(length) + content[place:],
        "empty": b"",
        "tail": content + draw.randbytes(length),
    }[kind]  # fmt: skip
    return changed, f"bytes: {kind} at {place}"


def read_parts(content: bytes) -> dict[str, bytes]:
    """Return the parts of an archive by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_parts(parts: Mapping[str, bytes]) -> bytes:
    """Return an archive of parts, with all times fixed."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH.timetuple()[:6]), content)
    return target.getvalue()


def _damage_part(draw: Random, parts: dict[str, bytes], name: str) -> str:
    parts[name], done = damage_bytes(draw, parts[name])
    return f"{name}: {done}"


def _drop_part(draw: Random, parts: dict[str, bytes], name: str) -> str:
    del parts[name]
    return f"{name} dropped"


def _swap_parts(draw: Random, parts: dict[str, bytes], name: str) -> str:
    other = draw.choice(list(parts))
    parts[name], parts[other] = parts[other], parts[name]
    return f"{name} swapped with {other}"


def _attribute(draw: Random, parts: dict[str, bytes], name: str) -> str:
    new = draw.choice(_ATTRIBUTES)
    old = new.partition("=")[0]
    return _replace_one(draw, parts, name, rf'{old}="[^"]*"', new)


def _remove_attribute(draw: Random, parts: dict[str, bytes], name: str) -> str:
    return _replace_one(draw, parts, name, r' [A-Za-z:]+="[^"]*"', "")


def _value(draw: Random, parts: dict[str, bytes], name: str) -> str:
    value = draw.choice((str(draw.choice(NUMBERS)), awkward_text(draw), draw.choice(_SNIPPETS)))
    return _replace_one(draw, parts, name, r"(?<=<v>)[^<]*|(?<=<t>)[^<]*", value)


def _snippet(draw: Random, parts: dict[str, bytes], name: str) -> str:
    return _replace_one(draw, parts, name, r"(?<=>)", draw.choice(_SNIPPETS))


def _entity(draw: Random, parts: dict[str, bytes], name: str) -> str:
    doctype = '<!DOCTYPE x [<!ENTITY a "7"><!ENTITY b SYSTEM "file:///etc/hostname">]>'
    parts[name] = re.sub(rb"(<\?xml[^>]*\?>)?", rb"\1" + doctype.encode(), parts[name], count=1)
    return _replace_one(draw, parts, name, r"(?<=<v>)[^<]*|(?<=<t>)[^<]*",
                        draw.choice(("&a;", "&b;")))  # fmt: skip


def _encoding(draw: Random, parts: dict[str, bytes], name: str) -> str:
    encoding = draw.choice(("utf-16", "utf-8-sig", "utf-7", "cp037"))
    parts[name] = parts[name].decode("utf-8", "replace").encode(encoding, "replace")
    return f"{name} in {encoding}"


def _replace_one(draw: Random, parts: dict[str, bytes], name: str, pattern: str, value: str) -> str:
    text = parts[name].decode("utf-8", "replace")
    found = list(re.finditer(pattern, text))
    if not found:
        return f"{name}: nothing"
    match = draw.choice(found)
    parts[name] = (text[: match.start()] + value + text[match.end() :]).encode("utf-8", "replace")
    return f"{name}: {match.group()[:40]!r} at {match.start()} to {value[:40]!r}"


_PART_CHANGES: Final[Mapping[str, Callable[[Random, dict[str, bytes], str], str]]] = {
    "attribute": _attribute,
    "attribute removed": _remove_attribute,
    "value": _value,
    "snippet": _snippet,
    "damaged": _damage_part,
    "dropped": _drop_part,
    "swapped": _swap_parts,
    "entity": _entity,
    "encoding": _encoding,
}


def damage_package(draw: Random, content: bytes) -> tuple[bytes, str]:
    """Return a workbook with one of its parts, mostly a sheet, changed; and what was done."""
    parts = read_parts(content)
    sheets = [name for name in parts if "worksheets/sheet" in name or "sharedStrings" in name]
    name = draw.choice(sheets if sheets and draw.random() < 0.7 else list(parts))
    change = draw.choice(list(_PART_CHANGES))
    done = _PART_CHANGES[change](draw, parts, name)
    return write_parts(parts), f"{change}: {done}"
