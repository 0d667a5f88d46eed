"""The peers that are not among our packages, in an environment made for the occasion.

It gets JupyterLab, nbconvert and scikit-survival from the package index, in the versions that go
with our own packages, and our packages behind them. ``BENCH_PEERS`` names one made before.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from helpers.checkout import ROOT

PACKAGES = ("jupyterlab", "nbconvert", "scikit-survival")
_BEHIND = "zz_behind.pth"  # read last, so that the environment's own packages come first


def make_environment(folder: Path) -> Path | None:
    """Return the folder of an environment with the peers; None where it cannot be made."""
    made = os.environ.get("BENCH_PEERS")
    if made:
        return Path(made)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    versions = folder / "constraints.txt"
    versions.write_text("".join(
        f"{package.name}=={package.version}\n" for package in metadata.distributions()
        if package.read_text("direct_url.json") is None  # ours is on no index
    ), encoding="utf-8")  # fmt: skip
    call = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet",
            "--disable-pip-version-check", "--constraint", str(versions), *PACKAGES]  # fmt: skip
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"The peers could not be installed:\n{done.stderr}", file=sys.stderr)
        return None
    here = [path for path in sys.path if path.endswith("site-packages")]
    lines = "\n".join([*here, str(ROOT / "src")])
    (find_packages(folder) / _BEHIND).write_text(f"{lines}\n", encoding="utf-8")
    return folder


def find_packages(environment: Path) -> Path:
    """Return the folder of an environment's packages."""
    (packages,) = environment.glob("lib/python*/site-packages")
    return packages


def has_scikit_survival() -> bool:
    """Say whether it can be imported."""
    return importlib.util.find_spec("sksurv") is not None


def versioned(package: str) -> str:
    """Return a package with its version, as ``lifelines 0.30.3``."""
    return f"{package} {metadata.version(package)}"
