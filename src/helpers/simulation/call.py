"""What is asked of ``study simulate``, checked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from helpers.errors import CallError
from helpers.settings import check_parameters
from helpers.simulation.scenarios import SCENARIOS, STATED
from helpers.simulation.truths import GROUPS, PATIENTS
from helpers.simulation.variations import MEDIAN_DAYS, REDUCTION, find_scenario, parse_number, vary

SEED: Final = 6916403
SIZES: Final = "20,30,50"
REPLICATES: Final = 10_000
FEWEST, MOST = 2, 2000  # patients of a study
MOST_REPLICATES: Final = 10_000_000
LEVEL: Final = 0.95


@dataclass(frozen=True, slots=True)
class Call:
    """A grid of truths and sizes, and how many studies of each.

    Attributes:
        truths: names of scenarios, varied or not.
        sizes: patients per study, ascending.
        replicates: studies per truth and size.
        seed: of the run.
        level: confidence level of the intervals; tests are at 1 − level.
        population: patients of the large sample that truths are read off.
    """

    truths: tuple[str, ...] = tuple(SCENARIOS)
    sizes: tuple[int, ...] = (20, 30, 50)
    replicates: int = REPLICATES
    seed: int = SEED
    level: float = LEVEL
    population: int = PATIENTS


def check_call(
    *,
    truths: str | None = None,
    reductions: str | None = None,
    median_days: str | None = None,
    sizes: str = SIZES,
    replicates: int = REPLICATES,
    seed: int = SEED,
    population: int = PATIENTS,
    parameters: Mapping[str, str] | None = None,
) -> Call:
    """Return the call that the texts of a command line stand for.

    Args:
        truths: names with commas between; None: all, or only ``stated`` where it is varied.
        reductions: points with commas between; each truth is varied to each.
        median_days: days with commas between, likewise.
        sizes: patients per study with commas between.
        replicates: studies per truth and size.
        seed: of the run.
        population: patients of the large sample.
        parameters: ``ci_level`` or nothing.

    Raises:
        CallError: on anything impossible; the message names the option and what it takes.
    """
    _between(replicates, 1, MOST_REPLICATES, "--replicates", "studies")
    _between(population, GROUPS * 100, 100 * PATIENTS, "--population", "patients")
    varied = bool(reductions or median_days)
    names = _split(truths, "--truths") if truths is not None else _default_truths(varied)
    for what, text in ((REDUCTION, reductions), (MEDIAN_DAYS, median_days)):
        if text is not None:
            names = _cross(names, what, _split(text, f"--{what.replace('_', '-')}"))
    return Call(
        truths=tuple(dict.fromkeys(find_scenario(name).name for name in names)),
        sizes=tuple(sorted({_size(text) for text in _split(sizes, "--sizes")})),
        replicates=replicates,
        seed=seed,
        level=_level(parameters or {}),
        population=population,
    )


def _default_truths(varied: bool) -> list[str]:
    return [STATED.name] if varied else list(SCENARIOS)


def _cross(names: Sequence[str], what: str, numbers: Sequence[str]) -> list[str]:
    """Vary each truth to each number."""
    parsed = [parse_number(number, what) for number in numbers]
    return [vary(find_scenario(name), what, number).name for name in names for number in parsed]


def _split(text: str, option: str) -> list[str]:
    parts = [part.strip() for part in text.split(",")]
    if not all(parts):
        raise CallError(f"{option} '{text}': expected entries with commas between.")
    return parts


def _size(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise CallError(f"--sizes: expected whole numbers of patients, got '{text}'.")
    return _between(int(text), FEWEST, MOST, "--sizes", "patients")


def _between(number: int, low: int, high: int, option: str, unit: str) -> int:
    if not low <= number <= high:
        raise CallError(f"{option}: expected {low} to {high} {unit}, got {number}.")
    return number


def _level(parameters: Mapping[str, str]) -> float:
    other = [name for name in parameters if name != "ci_level"]
    if other:
        raise CallError(f"-P {other[0]}: study simulate takes no parameter but ci_level.")
    return float(check_parameters(parameters, "parameters").get("ci_level", LEVEL))
