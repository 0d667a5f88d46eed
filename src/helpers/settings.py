"""Report parameters and ``study.toml``, validated: what a person may choose, and nothing else.

Precedence: command line, then ``study.toml``, then the defaults.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from helpers.environment import source_date_epoch
from helpers.errors import CallError, InputError, StudyError
from helpers.ingest.text import normalise_text
from helpers.study import (
    AE_SYNONYMS,
    DEFAULT_INDEX_INFUSION,
    DEFAULT_TITLE,
    HORIZON_DAYS,
    PARTS,
    STUDY_FILE,
)

INTERNAL: Final = "internal"
RELEASE: Final = "release"
WITHOUT_RESAMPLING: Final = 0  # n_boot of a run that leaves out what is resampled or imputed
MIN_CELL: Final = 5  # patients: the least that a release shows
LEAST_MIN_CELL: Final = 3  # below it a release would withhold next to nothing


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that shapes a run besides the data.

    ``ci_level`` is a probability, ``responder_threshold`` a percentage, ``horizon_days`` days,
    ``min_cell`` the least number of patients that a release shows, ``report_date`` the date of the
    provenance, against which future dates are errors.
    """

    part: str = "both"
    ci_level: float = 0.95
    index_infusion: int = DEFAULT_INDEX_INFUSION
    responder_threshold: float = 30
    horizon_days: int = HORIZON_DAYS
    n_boot: int = 2000
    seed: int = 20201130
    profile: str = INTERNAL
    min_cell: int = 0
    title: str = DEFAULT_TITLE
    report_date: dt.date = dt.date(1970, 1, 1)
    date_order: str = "dmy"
    data_cutoff: dt.date | None = None
    missing_words: tuple[str, ...] = ()
    ae_synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    registered_outcomes: tuple[Mapping[str, str], ...] = ()
    synthetic: bool = False

    def is_after_cutoff(self, date: dt.date | None) -> bool:
        """Return whether a date is known to lie after the data cutoff."""
        return date is not None and self.data_cutoff is not None and date > self.data_cutoff

    @property
    def resampling(self) -> bool:
        """Whether what is resampled or imputed is computed."""
        return self.n_boot != WITHOUT_RESAMPLING

    @property
    def for_release(self) -> bool:
        """Whether the output may leave the clinic."""
        return self.profile == RELEASE

    def parameters(self) -> dict[str, Any]:
        """Return the settings as plain values, in the order of this class."""
        plain = asdict(self) | {"report_date": self.report_date.isoformat()}
        plain["data_cutoff"] = self.data_cutoff.isoformat() if self.data_cutoff else None
        plain["missing_words"] = list(self.missing_words)
        plain["ae_synonyms"] = {term: list(words) for term, words in self.ae_synonyms.items()}
        plain["registered_outcomes"] = [dict(outcome) for outcome in self.registered_outcomes]
        return plain

    def told_parameters(self) -> dict[str, Any]:
        """Return the settings as results tell them: of the clinic's own words, how many."""
        words = [word for words in self.ae_synonyms.values() for word in words]
        return self.parameters() | {
            "missing_words": {"words": len(self.missing_words)},
            "ae_synonyms": {"terms": len(self.ae_synonyms), "words": len(words)},
        }


def report_date() -> dt.date:
    """Return the date of the report: ``SOURCE_DATE_EPOCH`` where it is set, else today (UTC)."""
    epoch = source_date_epoch()
    moment = dt.datetime.now(dt.UTC) if epoch is None else dt.datetime.fromtimestamp(epoch, dt.UTC)
    return moment.date()


Check = Callable[[Any], Any]


def _choice(*allowed: str) -> Check:
    def check(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"one of {', '.join(allowed)}")
        return str(value)

    return check


def _number(low: float, high: float, words: str, *, whole: bool = False, inside: bool = False,
            ) -> Check:  # fmt: skip
    def check(value: Any) -> float | int:
        number = _as_number(value)
        if number is None or not (low < number < high if inside else low <= number <= high):
            raise ValueError(words)
        if isinstance(number, float) and number.is_integer():
            number = int(number)
        if whole and not isinstance(number, int):
            raise ValueError(words)
        return number

    return check


def _as_number(value: Any) -> float | int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if not isinstance(value, str):
        return value
    text = value.strip()
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text)
    return float(text) if re.fullmatch(r"[-+]?[0-9]+\.[0-9]+", text) else None


def _title(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text that is not empty")
    if not value.isprintable():
        raise ValueError("a text of printable characters")
    return value.strip()


PARAMETERS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "part": _choice("both", *PARTS),
        "ci_level": _number(0.5, 0.9999, "a probability between 0.5 and 1, as 0.95", inside=True),
        "index_infusion": _number(1, 10_000, "a whole number of at least 1", whole=True),
        "responder_threshold": _number(0, 100, "a percentage above 0 and below 100", inside=True),
        "horizon_days": _number(1, 3650, "a whole number of days from 1 to 3650", whole=True),
        "n_boot": _number(100, 1_000_000, "a whole number from 100 to 1000000", whole=True),
        "seed": _number(0, 2**63 - 1, "a whole number of at least 0", whole=True),
        "profile": _choice(INTERNAL, RELEASE),
        "min_cell": _number(0, 1000, "a whole number from 0 to 1000", whole=True),
        "title": _title,
    }
)


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Return a hint that names the nearest allowed word, and all of them."""
    known = list(allowed)
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"did you mean '{close[0]}'? " if close else ""
    return f"{hint}Allowed: {', '.join(known)}"


def check_parameters(values: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return parameters checked one by one; those that are None are left to the defaults.

    Raises
    ------
    CallError
        On an unknown name or an impossible value; the message names what is allowed.
    """
    return {
        name: _check(name, value, PARAMETERS, where, CallError)
        for name, value in values.items()
        if value is not None or name not in PARAMETERS
    }


def _check(
    name: str, value: Any, checks: Mapping[str, Check], where: str, error: type[StudyError]
) -> Any:
    if name not in checks:
        raise error(f"{where}: unknown key{_told_key(name)}; {nearest(name, checks)}.")
    try:
        return checks[name](value)
    except ValueError as problem:
        is_words = where == STUDY_FILE and isinstance(value, str | list | dict)
        got = "" if is_words else f"; got '{value}'"  # a file may hold anybody's words
        raise error(f"{where}: {name} must be {problem}{got}.") from None


def _told_key(name: str) -> str:
    """Return a key as a message may repeat it: one in quotes may be anybody's words."""
    return f" '{name}'" if re.fullmatch(r"[A-Za-z0-9_-]{1,40}", name) else ""


def parse_assignments(assignments: Iterable[str]) -> dict[str, str]:
    """Return ``name=value`` texts of the command line as a dictionary.

    Raises
    ------
    CallError
        On a text without ``=`` and on a name given twice.
    """
    parsed: dict[str, str] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals:
            raise CallError(f"-P {assignment}: expected name=value, as in -P ci_level=0.9.")
        if name in parsed:
            raise CallError(f"-P {name}: given twice; give it once.")
        parsed[name] = value
    return parsed


# study.toml


def _date(value: Any) -> dt.date:
    if isinstance(value, str):
        try:
            value = dt.date.fromisoformat(value)
        except ValueError:
            value = None
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
        raise ValueError("a date, as 2024-12-31")
    return value


def _words(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise ValueError('a list of words, as ["missing", "tbc"]')
    return tuple(value)


def _synonyms(value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise ValueError('a table of lists of words, as nausea = ["queasy"]')
    added = {term: _words(words) for term, words in value.items()}
    owner = {synonym: term for term, words in AE_SYNONYMS.items() for synonym in words}
    listed = frozenset(owner)
    for term, words in added.items():
        if not any(character.isalnum() for character in term):
            raise ValueError("without a term that has no letter")
        if not term.isprintable():
            raise ValueError("without a term that has characters which cannot be printed")
        for word in (term, *words):
            known = owner.setdefault(normalise_text(word), normalise_text(term))
            if known != normalise_text(term):
                is_listed = normalise_text(word) in listed
                shown = f"the word '{word}', which" if is_listed else "a word that"
                raise ValueError(f"without {shown} already stands for {known}")
    return added


_OUTCOME_KEYS = ("type", "title", "time_frame", "key")


def _outcomes(value: Any) -> tuple[dict[str, str], ...]:
    if not isinstance(value, list) or not all(isinstance(outcome, dict) for outcome in value):
        raise ValueError("given as [[registered_outcome]] tables")
    for outcome in value:
        for name, text in outcome.items():
            if name not in _OUTCOME_KEYS:
                raise ValueError(
                    f"without the unknown key{_told_key(name)}; {nearest(name, _OUTCOME_KEYS)}"
                )
            if not isinstance(text, str):
                raise ValueError(f"given with texts, but {name} is none")
            if not text.isprintable():
                raise ValueError(f"given with texts on one line, but {name} has other characters")
    return tuple(value)


STUDY_TOML: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "date_order": _choice("dmy", "mdy"),
        "index_infusion": PARAMETERS["index_infusion"],
        "title": _title,
        "data_cutoff": _date,
        "missing_words": _words,
        "ae_synonyms": _synonyms,
        "registered_outcome": _outcomes,
    }
)


def read_study_toml(folder: Path) -> dict[str, Any]:
    """Read ``study.toml`` of a study folder, checked; an absent file is an empty one.

    Raises
    ------
    InputError
        When the file is no TOML, or a key is unknown or has an impossible value.
    """
    path = folder / STUDY_FILE
    if not path.is_file():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError(f"{STUDY_FILE}: expected UTF-8 text; save the file as UTF-8.") from None
    except (ValueError, RecursionError) as problem:
        told = re.sub(r"'[^']{2,}'|\"[^\"]{2,}\"", "…", str(problem))  # no key and no text of it
        raise InputError(f"{STUDY_FILE}: cannot be read as TOML: {told}.") from None
    checked = {
        name: _check(name, value, STUDY_TOML, STUDY_FILE, InputError)
        for name, value in values.items()
    }
    if "registered_outcome" in checked:
        checked["registered_outcomes"] = checked.pop("registered_outcome")
    return checked


def is_synthetic(title: str) -> bool:
    """Return whether the title that a study folder gives itself says that its data are made up."""
    return re.search(r"\bsynthetic\b", title, re.IGNORECASE) is not None


def resolve_settings(
    folder: Path, parameters: Mapping[str, Any] | None = None, on: dt.date | None = None
) -> Settings:
    """Return the settings of a run on a study folder.

    Parameters
    ----------
    folder
        The study folder; its ``study.toml`` is read when it is there.
    parameters
        What the command line or the report's parameters say, by name; text or typed values.
    on
        The date of the report; None: as :func:`report_date` says.

    Raises
    ------
    CallError, InputError
        When a parameter or a key of ``study.toml`` is unknown or impossible.
    """
    chosen = check_parameters(parameters or {}, "parameters")
    stated = read_study_toml(folder)
    merged = stated | chosen
    if merged.get("profile") == RELEASE:
        merged.setdefault("min_cell", MIN_CELL)
        if merged["min_cell"] < LEAST_MIN_CELL:
            raise CallError(
                f"parameters: min_cell must be at least {LEAST_MIN_CELL} with profile=release; got "
                f"'{merged['min_cell']}'."
            )
    elif merged.get("min_cell"):
        raise CallError(
            f"parameters: min_cell={merged['min_cell']} needs profile=release; the internal report "
            "withholds nothing."
        )
    # Whatever the report is called, made-up data stay made-up.
    merged["synthetic"] = is_synthetic(stated.get("title", ""))
    return Settings(**merged, report_date=on or report_date())
