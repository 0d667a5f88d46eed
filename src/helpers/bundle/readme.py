"""What a bundle says to its reviewer."""

from __future__ import annotations

from typing import Final

from helpers.bundle import layout
from helpers.study import REGISTRY_ID

SYNTHETIC: Final = "synthetic"
WITH_DATA: Final = "with data"
WITHOUT_DATA: Final = "without data"

_WHAT: Final = {
    SYNTHETIC: "**Everything in it is made up.** The results and the report are those of the "
    "synthetic study, whose data are in `code/data/synthetic/`: no patient stands behind any "
    "number, and every number can be recomputed.",
    WITH_DATA: "**It holds data of patients** in `data/`: rows of single patients, for the "
    "reviewer alone. Do not pass it on, and delete it after the review. Every number of the "
    "results can be recomputed from them.",
    WITHOUT_DATA: "**The data of the clinic are not in it**, and did not leave the clinic. You can "
    "verify the code: on the synthetic study, whose data are in `code/data/synthetic/`, it must "
    "give the archived results. The clinic's own numbers, in `results/`, you **cannot** recompute "
    "from this bundle; who holds the data can, with "
    "`study verify BUNDLE.zip --data FOLDER`.",
}
_TEXT: Final = """\
# Review bundle: the analysis of {registry}

{what}

Code: {version}. Date of the report: {date}.

## The certificate in two commands

You need unzip, make, Python 3.11 or newer, and the network once, to install the locked packages.
In the folder of the bundle, here called `BUNDLE.zip`:

    unzip BUNDLE.zip -d review
    make -C review/code verify BUNDLE="$PWD/BUNDLE.zip"

The second installs what `code/requirements.lock` names, checks the checksum of every file, and
recomputes {recomputed}.
It compares every value and writes the certificate into `review/code/_output/`. Exit code 0: all
agree; 1: something differs; 2: the bundle cannot be read. Where the program is installed already,
`study verify BUNDLE.zip` does the same. `sha256sum -c SHA256SUMS`, in `review`, checks the files
alone.

## What is where

{places}
"""
_RECOMPUTED: Final = {
    SYNTHETIC: "the archived results of the synthetic study and the results in `results/`",
    WITH_DATA: "the archived results of the synthetic study and the results in `results/`",
    WITHOUT_DATA: "the archived results of the synthetic study",
}


def write_readme(kind: str, version: str, date: str, names: list[str]) -> bytes:
    """Return ``README.md`` of a bundle.

    Parameters
    ----------
    kind
        One of SYNTHETIC, WITH_DATA and WITHOUT_DATA.
    version, date
        The version of the code, and the date of the report.
    names
        The files of the bundle.
    """
    known = {**layout.FOLDERS, **layout.NAMES, layout.METADATA: "The bundle described (RO-Crate)"}
    present = {name: text for name, text in known.items()
               if name in (layout.SUMS, layout.METADATA)
               or any(each == name or (name.endswith("/") and each.startswith(name))
                      for each in names)}  # fmt: skip
    places = "\n".join(f"- `{name}`: {text}." for name, text in present.items())
    text = _TEXT.format(registry=REGISTRY_ID, what=_WHAT[kind], version=version, date=date,
                        recomputed=_RECOMPUTED[kind], places=places)  # fmt: skip
    return text.encode()


def describe_kind(kind: str) -> str:
    """Return what a bundle holds as plain text, for its metadata."""
    return _WHAT[kind].replace("*", "").replace("`", "")
