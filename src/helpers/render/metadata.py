"""Turns the front matter into the metadata that pandoc's templates and the filter read."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from typing import Any

from helpers.render.escape import escape_markdown
from helpers.render.front_matter import option

_PASSED = ("title", "subtitle", "abstract", "mark", "origin")


def pandoc_metadata(
    front_matter: Mapping[str, Any], target: str, changes: Mapping[str, str]
) -> dict[str, Any]:
    """Return the metadata of a document in one format.

    Parameters
    ----------
    front_matter
        The checked front matter; its texts are Markdown.
    target
        ``html``, ``docx`` or ``typst``.
    changes
        Plain texts that replace keys of the front matter, as ``{"title": …}``, and two that are
        none: ``mark``, the text that stands on every page, and ``origin``, where it comes from.
    """
    plain = {key: escape_markdown(value) for key, value in changes.items()}
    values = {**front_matter, **plain}
    metadata = {key: values[key] for key in _PASSED if key in values}
    metadata["description"] = values.get("origin", "") if target == "docx" else ""
    metadata |= _authors(values.get("author"))
    metadata["lang"] = values.get("lang", "en")
    metadata["date"] = format_date(values.get("date", ""), values.get("date-format", "long"),
                                   metadata["lang"])  # fmt: skip
    metadata["toc-title"] = option(front_matter, target, "toc-title", "Contents")
    metadata["number-sections"] = option(front_matter, target, "number-sections", False)
    metadata["link-citations"] = front_matter.get("link-citations", True)
    return {key: value for key, value in metadata.items() if value not in ("", [])}


def _authors(author: Any) -> dict[str, Any]:
    listed = author if isinstance(author, list) else [author] if author else []
    people = [{"name": item} if isinstance(item, str) else item for item in listed]
    places: list[str] = []
    for person in people:
        for place in _places(person):
            places += [] if place in places else [place]
    names = [_author(person, places) for person in people]
    return {"author": names, "affiliation": _numbered(places)}


def _places(person: Mapping[str, Any]) -> list[str]:
    named = person.get("affiliations") or person.get("affiliation") or []
    return [named] if isinstance(named, str) else list(named)


def _author(person: Mapping[str, Any], places: list[str]) -> str:
    """Return a name, marked with its affiliations where there are several."""
    numbers = ",".join(str(places.index(place) + 1) for place in _places(person))
    marked = f"^{numbers}^" if numbers and len(places) > 1 else ""
    details = [str(person[key]) for key in ("email", "orcid") if key in person]
    return f"{person['name']}{marked}" + (f" ({', '.join(details)})" if details else "")


def _numbered(places: list[str]) -> list[str]:
    if len(places) < 2:
        return places
    return [f"^{number}^ {place}" for number, place in enumerate(places, 1)]


def format_date(date: str, style: str, lang: str) -> str:
    """Return a date as ``2026-11-24`` (iso) or in words (long); any other text as it is.

    ``today`` is the day of ``SOURCE_DATE_EPOCH`` where that is set.
    """
    try:
        day = now().date() if date == "today" else dt.date.fromisoformat(date)
    except ValueError:
        return date
    if style == "iso":
        return day.isoformat()
    month = _MONTHS[day.month - 1]
    american = lang in ("en", "en-US", "en-CA")
    return f"{month} {day.day}, {day.year}" if american else f"{day.day} {month} {day.year}"


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip


def now() -> dt.datetime:
    """Return the time of ``SOURCE_DATE_EPOCH`` where that is set, else the present."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return (
        dt.datetime.fromtimestamp(int(epoch), dt.UTC) if epoch else dt.datetime.now().astimezone()
    )
