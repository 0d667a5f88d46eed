"""Computes a stage of the analysis only where what it depends on was never seen before.

What a stage depends on is not declared, it is watched: the settings that it reads are recorded,
and its result is found again where the code, the data and the values of just those settings are
the same (verifying traces: Mokhov, Mitchell and Peyton Jones, 2018).
"""

from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Any, Final, TypeVar

import pandas as pd

from helpers.settings import Settings
from helpers.store import Store, key_of

Value = TypeVar("Value")
_NAMES: Final = frozenset(field.name for field in fields(Settings))
_DERIVED: Final = frozenset(
    name for name, value in vars(Settings).items() if isinstance(value, property)
)
_MOST_TRACES: Final = 8  # sets of settings that one stage may read on its several ways


class WatchedSettings(Settings):
    """Settings that record which of them are read, in ``seen``."""

    __slots__ = ("plain", "seen")
    plain: Settings
    seen: set[str]

    def __getattribute__(self, name: str) -> Any:
        """Return an attribute, and record it where it is a setting or follows from some.

        What follows from settings (whether anything is resampled) is recorded as such: it may stay
        while they change.
        """
        if name in _NAMES or name in _DERIVED:
            object.__getattribute__(self, "seen").add(name)
            return getattr(object.__getattribute__(self, "plain"), name)
        return object.__getattribute__(self, name)


def watch(settings: Settings) -> WatchedSettings:
    """Return the same settings, none of them read so far."""
    watched = object.__new__(WatchedSettings)
    object.__setattr__(watched, "seen", set())
    object.__setattr__(watched, "plain", settings)
    return watched


class Memory:
    """What stages gave before, in a store; ``base`` is what every stage depends on (the code)."""

    def __init__(self, store: Store, base: Mapping[str, Any]) -> None:
        """Take a store; one that keeps nothing makes every stage compute."""
        self._store = store
        self._base = dict(base)
        self._new: dict[str, Any] = {}

    @property
    def keeps(self) -> bool:
        """Whether anything is kept, so that digests are worth their time."""
        return self._store.folder is not None

    def recall(
        self, stage: str, data: str, settings: Settings, compute: Callable[[Settings], Value]
    ) -> Value:
        """Return the result of a stage, computed or found.

        Parameters
        ----------
        stage
            Its name, which no other stage has.
        data
            The digest of all that ``compute`` uses besides the settings.
        settings
            The settings of the run.
        compute
            Computes the result from the settings that it is given, and from no others.
        """
        if not self.keeps:
            return compute(settings)
        trace = key_of("trace", self._base | {"stage": stage, "data": data})
        known: list[tuple[str, ...]] = self._store.read(trace) or []
        for names in known:
            found = self._store.read(_key(trace, names, settings))
            if found is not None:
                value: Value = found[0]
                return value
        watched = watch(settings)
        value = compute(watched)
        names = tuple(sorted(watched.seen))
        self._new[_key(trace, names, settings)] = (value,)
        if names not in known:
            self._new[trace] = [names, *known][:_MOST_TRACES]
        return value

    def keep(self) -> None:
        """Keep what was computed, once it is known that nothing changed meanwhile."""
        for key, value in self._new.items():
            self._store.write(key, value)


NO_MEMORY: Final = Memory(Store(None), {})


def _key(trace: str, names: Iterable[str], settings: Settings) -> str:
    read = {name: repr(getattr(settings, name)) for name in names}
    return key_of("result", {"trace": trace, "read": read})


def digest_tables(tables: Mapping[str, pd.DataFrame], *further: object) -> str:
    """Return a SHA-256 over tables and further plain values: their content, not their layout."""
    plain = [
        (name, [(str(column), str(table[column].dtype), table[column].tolist())
                for column in table.columns], table.index.tolist())
        for name, table in tables.items()
    ]  # fmt: skip
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream, pickle.HIGHEST_PROTOCOL)
    pickler.fast = True  # equal values give equal bytes, one object or two
    pickler.dump((plain, further))
    return hashlib.sha256(stream.getvalue()).hexdigest()
