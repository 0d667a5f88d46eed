"""What came of verifying a bundle, in words, as the terminal shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from helpers.bundle import layout
from helpers.bundle.check import BundleCheck, Sides
from helpers.errors import visible
from helpers.verify.told import tell_verification

MOST_TOLD: Final = 20
_NOT_RECOMPUTED: Final = (
    f"NOT recomputed: the results of the study ({layout.RESULTS_FILE}). Their data are not in the "
    "bundle and did not leave the clinic. What is above shows what the code does with the "
    "synthetic study; it says nothing about the clinic's numbers. Who holds the data can verify "
    "them: study verify BUNDLE.zip --data FOLDER"
)


def tell_bundle(found: BundleCheck) -> str:
    """Return what was checked and recomputed, what differs, and what could not be recomputed."""
    if found.problems:
        return "\n".join(_tell_problems(found))
    lines = [f"{found.files} files of {visible(found.file.name)}: every checksum agrees.",
             *_tell_code(found.sides)]  # fmt: skip
    if found.archived:
        lines += ["", "The synthetic study", tell_verification(found.archived, None)]
    told = tell_verification(found.study, None) if found.study else _NOT_RECOMPUTED
    return "\n".join([*lines, "", "The study", told])


def _tell_problems(found: BundleCheck) -> Iterator[str]:
    yield (f"{len(found.problems)} files of {visible(found.file.name)} are not as they were "
           "packed; nothing was recomputed:")  # fmt: skip
    yield from (f"  {visible(problem)}" for problem in found.problems[:MOST_TOLD])
    if len(found.problems) > MOST_TOLD:
        yield f"  … and {len(found.problems) - MOST_TOLD} more"


def _tell_code(sides: Sides) -> Iterator[str]:
    if sides.same_code:
        yield f"Code: {visible(sides.code)}, byte for byte that of the bundle."
    else:
        yield f"Code: DIFFERS. The bundle's is {visible(sides.bundle_code)}"
        yield f"  and the one that recomputed is {visible(sides.code)}."
        yield "  The bundle's README.md says how to verify it with its own."
    if sides.same_lock is None:
        yield "Lock file: not known here, where the program runs from no checkout."
    else:
        yield f"Lock file: {'that of the bundle' if sides.same_lock else 'DIFFERS'}."
