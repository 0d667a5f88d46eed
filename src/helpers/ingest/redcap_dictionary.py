"""The REDCap data dictionary: what each field may hold, in the clinic's own words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from helpers.errors import InputError
from helpers.ingest.csv_file import read_csv
from helpers.ingest.reading import Reading, exact, refuse
from helpers.ingest.text import format_number
from helpers.study import (
    EARLIEST_YEAR,
    INSTRUMENTS,
    LATEST_YEAR,
    REDCAP_MAXIMA,
    REDCAP_MEANINGS,
    STUDY_FIELDS,
)

_NAME: Final = "variablefieldname"
_COLUMNS: Final = {
    _NAME: "Variable / Field Name",
    "fieldtype": "Field Type",
    "choicescalculationsorsliderlabels": "Choices, Calculations, OR Slider Labels",
    "textvalidationtypeorshowslidernumber": "Text Validation Type OR Show Slider Number",
    "textvalidationmin": "Text Validation Min",
    "textvalidationmax": "Text Validation Max",
}
_OPTIONAL: Final = ("fieldlabel", "identifier")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_LONGEST_NUMBER = 30
_DECIMALS = re.compile(r"number_([1-9])dp")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
# Labels of the clinic's dictionary, in Canada's two languages, to the study's words.
_LABELS = {
    "sex": {"female": "female", "f": "female", "woman": "female", "femme": "female",
            "male": "male", "m": "male", "man": "male", "homme": "male"},
    "ae_severity": {"mild": "mild", "léger": "mild", "moderate": "moderate",
                    "modéré": "moderate", "severe": "severe", "sévère": "severe"},
    "ae_related": {"yes": "yes", "oui": "yes", "possible": "possible", "possibly": "possible",
                   "no": "no", "non": "no"},
    "yes/no": {"yes": "yes", "oui": "yes", "true": "yes", "no": "no", "non": "no",
               "false": "no"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of the dictionary: type, choices (label by code), validation and limits.

    ``label`` is its question, ``identifier`` whether the clinic marked it as one of a person.
    """

    name: str
    type: str
    validation: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    minimum: str = ""
    maximum: str = ""
    label: str = ""
    identifier: bool = False


def read_dictionary(path: Path) -> dict[str, FieldSpec]:
    """Read ``redcap_dictionary.csv``: the specification of each field, by its name.

    Raises
    ------
    InputError
        When the file is no data dictionary or lacks a field of the study.
    """
    headers, rows = read_csv(path)
    columns = {re.sub(r"[^a-z]", "", header.lower()): header for header in headers}
    missing = [title for key, title in _COLUMNS.items() if key not in columns]
    if missing:
        raise InputError(
            f"{path.name}: not a REDCap data dictionary: missing column "
            f"{', '.join(repr(title) for title in missing)}."
        )
    fields = {}
    for row in rows:
        present = [key for key in (*_COLUMNS, *_OPTIONAL) if key in columns]
        spec = _field({key: row.values[columns[key]].strip() for key in present})
        if spec.name in fields:
            raise InputError(
                f"{path.name}, row {row.number}: {_name(spec)} is there twice, so it is not clear "
                "which rules hold. Export the data dictionary from REDCap again."
            )
        fields[spec.name] = spec
    check_fields(path.name, fields)
    return fields


def _name(spec: FieldSpec) -> str:
    """Return a field in words: only names of the study's own fields are nobody's."""
    return f"the field '{spec.name}'" if spec.name in STUDY_FIELDS else "a field"


def check_fields(file: str, fields: Mapping[str, FieldSpec]) -> None:
    """Raise InputError when a field of the study is not in the dictionary."""
    missing = [name for name in STUDY_FIELDS if name.partition("___")[0] not in fields]
    missing += [
        name
        for name in STUDY_FIELDS
        if "___" in name and name.partition("___")[0] in fields
        and name not in box_names(fields[name.partition("___")[0]])
    ]  # fmt: skip
    if missing:
        raise InputError(
            f"{file}: missing field {', '.join(missing)}; expected the instruments of the study: "
            f"{', '.join(INSTRUMENTS)}."
        )
    for name in REDCAP_MEANINGS:
        _check_labels(file, fields[name])


def _check_labels(file: str, spec: FieldSpec) -> None:
    """Raise InputError when labels fit the study's codes only in part, so that a guess is needed.

    Labels of which none is known (another language) leave the codes of the data contract.
    """
    meanings = REDCAP_MEANINGS[spec.name]
    labels = [spec.choices[code] for code in meanings if spec.choices.get(code)]
    known = [word for label in labels if (word := _word(spec.name, label))]
    if known and (len(known) < len(labels) or len(set(known)) < len(known)):
        codes = [code for code in meanings if spec.choices.get(code)]
        raise InputError(
            f"{file}, field {spec.name}: cannot tell what the choices {', '.join(codes)} mean; "
            f"expected {', '.join(meanings.values())}. Reword them in REDCap."
        )


def box_names(spec: FieldSpec) -> list[str]:
    """Return the columns of a checkbox field, as REDCap names them in an export."""
    return [f"{spec.name}___{code.lower().replace('-', '_')}" for code in spec.choices]


def _field(values: Mapping[str, str]) -> FieldSpec:
    kind = values["fieldtype"].lower()
    choices = values["choicescalculationsorsliderlabels"]
    return FieldSpec(
        name=values[_NAME].lower(),
        type=kind,
        validation=values["textvalidationtypeorshowslidernumber"].lower(),
        choices=_choices(kind, choices),
        minimum=values["textvalidationmin"],
        maximum=values["textvalidationmax"],
        label=values.get("fieldlabel", ""),
        identifier=values.get("identifier", "").lower() in {"y", "yes", "1"},
    )


def _choices(kind: str, text: str) -> dict[str, str]:
    if kind in {"yesno", "truefalse"}:
        return {"1": "yes", "0": "no"}
    if kind not in {"radio", "dropdown", "checkbox"}:
        return {}
    pairs = (choice.partition(",") for choice in text.split("|"))
    return {code.strip(): label.strip() for code, _, label in pairs if code.strip()}


def read_number(spec: FieldSpec, text: str) -> Reading:
    """Read a number, be it typed or a choice whose code is the number."""
    reading = read_value(spec, text)
    if isinstance(reading.value, str):
        code = _NUMBER.fullmatch(reading.value)
        return exact(float(reading.value)) if code else refuse("invalid_value")
    return reading


def read_date(spec: FieldSpec, text: str) -> Reading:
    """Read a date; REDCap exports every date as year-month-day, however it is shown."""
    if spec.choices:
        return refuse("invalid_value")
    return _read_date(spec, text)


def read_value(spec: FieldSpec, text: str) -> Reading:
    """Read one raw value by the dictionary's type, limits and choices.

    A choice is returned as its code, a checkbox as 0 or 1, all else as a number.
    """
    if spec.type == "checkbox":
        return exact(int(text)) if text in {"0", "1"} else refuse("invalid_choice")
    if spec.choices:
        return exact(text) if text in spec.choices else refuse("invalid_choice")
    return _read_number(spec, text)


def read_text(spec: FieldSpec, text: str) -> Reading:
    """Read a free text; of a field with choices, its label."""
    if spec.choices and text not in spec.choices:
        return refuse("invalid_choice")
    return exact(spec.choices.get(text, text))


def read_meaning(spec: FieldSpec, text: str) -> Reading:
    """Read a choice to the study's word for it, by the dictionary's label or the contract's code.

    Words: female/male for ``sex``, mild/moderate/severe, yes/possible/no, and yes/no elsewhere;
    a further choice of the dictionary keeps its label.
    """
    reading = read_value(spec, text)
    if reading.error is not None:
        return reading
    code = reading.value if isinstance(reading.value, str) else format_number(reading.value)
    label = spec.choices.get(code, "")
    fallback = REDCAP_MEANINGS.get(spec.name, {"1": "yes", "0": "no"})
    return exact(_word(spec.name, label) or fallback.get(code) or label.lower() or code)


def _word(field: str, label: str) -> str | None:
    """Return the study's word for a label, when all words known in it mean the same."""
    known = _LABELS.get(field, _LABELS["yes/no"])
    plain = re.sub(r"<[^>]*>", " ", label.lower())
    found = {known[word] for word in re.findall(r"\w+", plain) if word in known}
    return found.pop() if len(found) == 1 else None


def read_yes_no(spec: FieldSpec, text: str) -> Reading:
    """Read a yes/no field to a truth value; a third answer of the dictionary is neither."""
    reading = read_meaning(spec, text)
    if reading.error:
        return reading
    if reading.value not in {"yes", "no"}:
        return exact(None, "answer_not_yes_or_no") if spec.choices else refuse("invalid_value")
    return exact(reading.value == "yes")


def read_whole_number(spec: FieldSpec, text: str) -> Reading:
    """Read a count."""
    reading = read_number(spec, text)
    if reading.error is None and not float(reading.value).is_integer():
        return refuse("not_a_whole_number")
    return reading


def _read_date(spec: FieldSpec, text: str) -> Reading:
    match = _DATE.match(text) if spec.validation.startswith("datetime_") else _DATE.fullmatch(text)
    if match is None:
        return refuse("invalid_value")
    try:
        value = dt.date(*map(int, match.groups()))
    except ValueError:
        return refuse("invalid_value")
    earliest = _date_limit(spec.minimum) or dt.date(EARLIEST_YEAR, 1, 1)
    latest = _date_limit(spec.maximum) or dt.date(LATEST_YEAR, 12, 31)
    return exact(value) if earliest <= value <= latest else refuse("out_of_range")


def _date_limit(text: str) -> dt.date | None:
    """Return a limit of the dictionary, or None where it states none that is a date."""
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _read_number(spec: FieldSpec, text: str) -> Reading:
    plain = text.replace(",", ".") if "comma_decimal" in spec.validation else text
    if "comma_decimal" in spec.validation and "." in text:
        return refuse("invalid_value")
    decimals = _DECIMALS.match(spec.validation)
    if decimals and len(plain.partition(".")[2]) != int(decimals.group(1)):
        return refuse("invalid_value")
    pattern = _INTEGER if spec.validation == "integer" else _NUMBER
    if pattern.fullmatch(plain) is None or len(plain) > _LONGEST_NUMBER:
        return refuse("invalid_value")
    value = float(plain)
    minimum, maximum = limits(spec)
    return exact(value) if minimum <= value <= maximum else refuse("out_of_range")


def limits(spec: FieldSpec) -> tuple[float, float]:
    """Return the lowest and highest value of a numeric field.

    The dictionary's own limits win over the contract's; none of the study's numbers is negative.
    """
    maximum = REDCAP_MAXIMA.get(spec.name, float("inf"))
    lowest, highest = _limit(spec.minimum, 0.0), _limit(spec.maximum, maximum)
    return max(lowest, 0.0), highest


def _limit(text: str, default: float) -> float:
    plain = text.replace(",", ".")
    return float(plain) if _NUMBER.fullmatch(plain) else default
