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


def write_document(folder: Path, body: str, head: str = HEAD) -> Path:
    """Write a document with a bibliography beside it and return its path."""
    bibliography = (HERE / "references.bib").read_text(encoding="utf-8")
    (folder / "references.bib").write_text(bibliography, encoding="utf-8")
    path = folder / "document.qmd"
    path.write_text(head + body, encoding="utf-8")
    return path
