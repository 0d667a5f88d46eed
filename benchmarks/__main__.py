"""``make bench``: our speed beside our peers', in one run, after checking that they agree."""

from __future__ import annotations

import importlib
import os
import platform
from importlib import metadata

QUESTIONS = ("engine", "npmle", "rendering")
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def main() -> None:
    """Print versions, then what each question found."""
    packages = ("numpy", "scipy", "lifelines")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in packages)
    print(f"Python {platform.python_version()}, {versions}; one thread; medians of 5 runs in turn")
    for question in QUESTIONS:
        print(flush=True)
        for line in importlib.import_module(f"benchmarks.{question}").run():
            print(line, flush=True)


if __name__ == "__main__":
    for name in THREADS:  # before NumPy is imported
        os.environ[name] = "1"
    main()
