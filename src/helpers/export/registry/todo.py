"""What the registry asks for and the data cannot give: a list for people, never filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from textwrap import fill
from typing import Any, Final

from helpers.export.registry.vocabulary import API_VERSION, UPLOAD_SCHEMA_VERSION
from helpers.study import REGISTRY_ID

FLOW: Final = "Participant flow"
BASELINE: Final = "Baseline characteristics"
OUTCOMES: Final = "Outcome measures"
EVENTS: Final = "Adverse events"
MORE: Final = "More information"
UPLOAD: Final = "Before the upload"
_ORDER: Final = (UPLOAD, FLOW, BASELINE, OUTCOMES, EVENTS, MORE)
WAYS: Final = (
    "have the clinic decide whether to enter it by hand; do not hand out a second release of the "
    "same data with other parameters, since two of them together tell what each withholds"
)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: in which module of the record, what is missing, and what to do about it."""

    module: str
    missing: str
    action: str


STANDING: Final = (
    Item(UPLOAD, "the registry checks words that its schema does not list (types, units, organ "
         f"systems; schema version {UPLOAD_SCHEMA_VERSION}, a newer one may exist)",
         "validate the record in the registration system after the upload, and read its messages"),
    Item(UPLOAD, "the upload is marked as partial",
         "leave it so: a full upload would delete what was entered by hand"),
    Item(FLOW, "why patients did not complete is not in the data",
         "enter a reason for each who did not complete"),
    Item(FLOW, "who has completed is a choice: in Part 1 every eligible chart, in Part 2 whoever "
         "came to the last visit", "confirm it, or enter the numbers as the protocol defines them"),
    Item(BASELINE, "the region of enrolment is not in the data", "enter the country"),
    Item(BASELINE, "race and ethnicity are not in the data, and are reported as not collected",
         "confirm that nobody collected them elsewhere"),
    Item(EVENTS, "deaths from any cause: numbers affected and at risk are not in the data",
         "enter them for each group"),
    Item(EVENTS, "how events were looked for (systematic or non-systematic assessment)",
         "choose it for each group and term"),
    Item(EVENTS, "the source vocabulary and its version: no event is coded by MedDRA",
         "enter the vocabulary, if the clinic codes the terms"),
    Item(MORE, "the point of contact: name or title, organisation, telephone, e-mail",
         "enter it"),
    Item(MORE, "certain agreements: whether the investigators are employees of the sponsor, and "
         "whether publication is restricted", "enter it"),
    Item(MORE, "study protocol and statistical analysis plan as documents", "upload them"),
)  # fmt: skip


TOTAL: Final = Item(
    BASELINE, "a total over both groups: the parts may share patients and are never pooled",
    "enter it only if the clinic knows that nobody is in both",
)  # fmt: skip
MADE_UP: Final = Item(
    UPLOAD, "these are SYNTHETIC DATA: no patient stands behind any number", "upload nothing of it"
)


def withheld(module: str, what: str) -> Item:
    """Return what to do about a number that a release does not show."""
    return Item(module, what, WAYS)


def order_items(items: Iterable[Item]) -> list[Item]:
    """Return the items without repetition, by module; one for all that is withheld in a module."""
    every = list(dict.fromkeys(items))
    ordered = []
    for module in _ORDER:
        mine = [item for item in every if item.module == module]
        hidden = [item.missing for item in mine if item.action == WAYS]
        ordered += [item for item in mine if item.action != WAYS]
        if hidden:
            ordered.append(Item(module, f"withheld in a release: {'; '.join(hidden)}", WAYS))
    return ordered


def render_todo(items: Iterable[Item], provenance: Mapping[str, Any]) -> str:
    """Return the list as a text, with what it was made from."""
    lines = [
        f"{REGISTRY_ID}: what is left to do before the results can be posted",
        "",
        _paragraph(
            "The registry asks for what follows and the data cannot give it. Nothing was invented: "
            "these fields are empty, or NA with a comment."
        ),
        "",
    ]
    for module, group in groupby(order_items(items), key=lambda item: item.module):
        lines += [module, "-" * len(module)]
        lines += [_paragraph(f"[ ] {item.missing}. To do: {item.action}.") for item in group]
        lines.append("")
    return "\n".join([*lines, *describe_source(provenance), ""])


def describe_source(provenance: Mapping[str, Any]) -> list[str]:
    """Return in lines what an export was made from."""
    parameters = provenance["parameters"]
    return [
        "Made by `study export ctgov` from the release profile of the results, and from these "
        "alone.",
        f"Code {provenance['code_version']}; date {provenance['date']}; "
        f"min_cell {parameters['min_cell']}; ci_level {parameters['ci_level']}; "
        f"seed {provenance['seed']}.",
        f"JSON: shape of the public API, version {API_VERSION}. XML: schema for uploading results, "
        f"version {UPLOAD_SCHEMA_VERSION}.",
        *(f"Data: {name}, SHA-256 {digest}" for name, digest in provenance["data"].items()),
    ]


def _paragraph(text: str) -> str:
    return fill(text, 100, subsequent_indent="    ", break_long_words=False,
                break_on_hyphens=False)  # fmt: skip
