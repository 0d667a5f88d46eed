"""Small documents for tests: a front matter that works, and the body under test."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
EVERYTHING = HERE / "document.qmd"  # one of everything that the subset holds
FRONT = """\
---
title: A title
format:
  html: {number-sections: true}
bibliography: references.bib
execute: {echo: false}
---
"""
PARAMETERS = """\
```{python}
#| tags: [parameters]
n = 3
```
"""
HEAD = FRONT + PARAMETERS
FIRST_LINE = HEAD.count("\n") + 1  # the line on which a body begins

# Stands for Quarto and records what it was given.
RECORDER = """#!{python}
import json, os, sys
from pathlib import Path
arguments = sys.argv[1:]
formats = arguments[arguments.index("--to") + 1].split(",")
values = json.loads(Path(arguments[arguments.index("--execute-params") + 1]).read_text())
Path(os.environ["RECORD"]).write_text(json.dumps(dict(
    arguments=arguments, values=values, python=os.environ["QUARTO_PYTHON"],
    files=sorted(str(p) for p in Path(".").rglob("*") if p.is_file()), folder=os.getcwd(),
)))
{action}
for name in formats:
    Path(arguments[1]).with_suffix("." + dict(typst="pdf").get(name, name)).write_text("new")
"""


def write_document(folder: Path, body: str, head: str = HEAD) -> Path:
    """Write a document with a bibliography beside it and return its path."""
    bibliography = (HERE / "references.bib").read_text(encoding="utf-8")
    (folder / "references.bib").write_text(bibliography, encoding="utf-8")
    path = folder / "document.qmd"
    path.write_text(head + body, encoding="utf-8")
    return path
