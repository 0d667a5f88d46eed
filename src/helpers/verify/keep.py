"""Makes the archived results of the synthetic study anew, where anything but the code changed.

python -m helpers.verify.keep
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any, Final

from helpers.analysis.study import analyse
from helpers.checkout import SYNTHETIC
from helpers.errors import StudyError
from helpers.results import write_bytes
from helpers.verify.archive import ARCHIVE
from helpers.write import results_json

DATE: Final = dt.date(2026, 11, 27)  # of the archived report: a new day is no new result
_CODE: Final = ("code_version", "modified", "code")


def keep_archive(file: Path = ARCHIVE) -> bool:
    """Write the archived results and return whether they were written: not if they are current."""
    content = results_json(analyse(SYNTHETIC, on=DATE))
    if file.is_file() and _without_code(file.read_bytes()) == _without_code(content):
        return False
    write_bytes(file, content)
    return True


def _without_code(content: bytes) -> Any:
    """Return results without the code that made them: the archive names the code of its numbers."""
    results = json.loads(content)
    provenance = {name: value for name, value in results["provenance"].items() if name not in _CODE}
    return results | {"provenance": provenance}


def main() -> int:
    """Make the archive and say whether it changed; the exit code is that of the `study` command."""
    try:
        written = keep_archive()
    except StudyError as error:
        print(f"archive: {error}", file=sys.stderr)
        return error.exit_code
    print(f"{ARCHIVE}: {'written' if written else 'current; nothing was written'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
