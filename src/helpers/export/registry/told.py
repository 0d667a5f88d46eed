"""A number as a registry field tells it, with the place in ``results.json`` that it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from helpers.results import Estimate, Results

AS_IS: Final = "as is"
DIFFERENCE: Final = "difference"  # the first source less the second: how a registry table adds up
PERCENT: Final = "percent"  # a hundred times the source
P_VALUE: Final = "p-value"  # as is, or below the precision of the release
ABSENT: Final = "absent"  # zero: the table, told in full, has no such row
PROTOCOL: Final = "protocol"  # a constant of helpers.study, by its name

HIDDEN: Final = "Withheld: it could give back a small number of participants."
HIDDEN_INTERVAL: Final = "withheld: with it their number could be computed"
NOT_AVAILABLE: Final = "NA"  # the registry's word, which asks for a comment
LEAST_P: Final = 0.001  # the precision of p-values in a release
_ROW_NAMES: Final = {"baseline": "name", "adverse_events": "term_key", "attendance": "occasion"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number in text form; ``sources`` are places in ``results.json``, ``rule`` links the two."""

    text: str
    sources: tuple[str, ...]
    rule: str = AS_IS


@dataclass(frozen=True, slots=True)
class Words:
    """A text with numbers in it, one for each ``{}`` of the template."""

    template: str
    numbers: tuple[Number, ...]

    @property
    def text(self) -> str:
        """The text as it is read."""
        return self.template.format(*(number.text for number in self.numbers))


Told = Number | Words
Field = Told | str


def text_of(field: Field) -> str:
    """Return a field as it is written."""
    return field if isinstance(field, str) else field.text


def plain(value: float) -> str:
    """Return a number with as many decimals as it has, and no more: 7.2, 22, -0.5."""
    number = Decimal(repr(float(value)))
    return "0" if number == 0 else format(number.normalize(), "f")


def field_of(estimate: Estimate, name: str) -> Any:
    """Return one field of an estimate, also of those that some keys only have."""
    return estimate.further.get(name) if name in estimate.further else getattr(estimate, name, None)


def tell_estimate(results: Results, key: str, name: str = "estimate") -> Number | None:
    """Return a number of an estimate, or None where there is none to tell."""
    estimate = results.estimates.get(key)
    value = None if estimate is None else field_of(estimate, name)
    return None if value is None else Number(plain(value), (f"estimates/{key}/{name}",))


def tell_row(results: Results, table: str, part: str, row: str, name: str) -> Number | None:
    """Return a number of a table's row, or None where there is none to tell."""
    found = [each for each in results.tables[table].get(part, ())
             if each[_ROW_NAMES[table]] == row]  # fmt: skip
    value = found[0].get(name) if found else None
    place = f"tables/{table}/{part}/{row}/{name}"
    return None if value is None else Number(plain(value), (place,))


def tell_absence(table: str, part: str, row: str) -> Number:
    """Return zero for a row that a table would have if there were anything to count."""
    return Number("0", (f"tables/{table}/{part}/{row}",), ABSENT)


def tell_level(results: Results, key: str) -> Number | None:
    """Return the confidence level of an estimate as a percentage."""
    level = results.get(key).level
    if level is None:
        return None
    return Number(plain(round(100 * level, 9)), (f"estimates/{key}/level",), PERCENT)


def tell_p(results: Results, key: str, name: str = "p_value") -> Number | None:
    """Return a p-value; one that the release rounds to zero is told as below its precision."""
    value = field_of(results.get(key), name)
    if value is None:
        return None
    text = plain(value) if value >= LEAST_P else f"<{plain(LEAST_P)}"
    return Number(text, (f"estimates/{key}/{name}",), P_VALUE)


def tell_difference(total: Number | None, part: Number | None) -> Number | None:
    """Return what is left of a count when another, both of them told, is taken away."""
    if total is None or part is None:
        return None
    return Number(plain(float(total.text) - float(part.text)), total.sources + part.sources,
                  DIFFERENCE)  # fmt: skip


def tell_protocol(value: float, name: str) -> Number:
    """Return a constant of the protocol; ``name`` is what helpers.study calls it."""
    return Number(plain(value), (name,), PROTOCOL)
