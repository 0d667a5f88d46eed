"""`study verify`: recompute given results, or those of a bundle, and compare every value."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from helpers.checkout import SYNTHETIC
from helpers.commands.options import add_parameters, parameters_beside_data
from helpers.commands.progress import ProgressLine
from helpers.errors import CallError


def add(commands: Any) -> None:
    """Add the command and its options."""
    command = commands.add_parser(
        "verify", help="recompute results.json, or a bundle, and compare every value",
        description="Recompute a results.json from its data and compare every value with it. Of a "
        "bundle, check every checksum, and recompute what its data can give. "
        "Exit code 0: all agree; 1: some differ; 2: the input or the call is wrong.",
    )  # fmt: skip
    command.add_argument(
        "results", metavar="RESULTS", type=Path, nargs="?",
        help="the results.json, or the .zip of a bundle (default: the archived results of the "
        "synthetic study)",
    )  # fmt: skip
    command.add_argument(
        "--data", metavar="DATA", type=Path,
        help="the study folder it was computed from (default: the synthetic study, for its own)",
    )  # fmt: skip
    command.add_argument(
        "--out", type=Path, default=Path("_output"),
        help="folder for certificate.json (default: _output)",
    )  # fmt: skip
    command.add_argument("--with-r", action="store_true",
                         help="run the reference scripts in R too, from a checkout")  # fmt: skip
    add_parameters(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Recompute results, compare every value, and write the certificate."""
    if options.results is not None and options.results.suffix.lower() == ".zip":
        return run_bundle(options)
    from helpers.settings import report_date
    from helpers.verify import certificate
    from helpers.verify.run import verify_results
    from helpers.verify.told import tell_verification
    from helpers.verify.with_r import find_r, verify_with_r
    from helpers.write import write_files

    results, data = results_and_data(options.results, options.data)
    parameters = parameters_beside_data(options)
    if options.with_r:
        find_r()  # what is missing is told before any work
    progress = ProgressLine()
    found = verify_results(results, data, parameters, progress)
    if options.with_r:
        progress("running the reference scripts in R")
    r = verify_with_r(found.analysis, data.resolve().name) if options.with_r else None
    written = certificate.write_certificate(found, r, report_date())
    progress.clear()
    print(tell_verification(found, r))
    print(f"\nCertificate: {write_files({certificate.FILE: written}, options.out)[0]}")
    return 0 if certificate.agrees(found, r) else 1


def run_bundle(options: argparse.Namespace) -> int:
    """Check the files of a bundle, recompute what its data can give, and write the certificates."""
    from helpers.bundle.check import verify_bundle
    from helpers.bundle.told import tell_bundle
    from helpers.write import write_files

    if options.parameters or options.with_r:
        raise CallError(
            f"{options.results}: a bundle is verified with the parameters it was made with, and "
            "without R; leave -P and --with-r out, or name the results.json of the unpacked bundle."
        )
    progress = ProgressLine()
    found = verify_bundle(options.results, options.data, progress)
    certificates = found.certificates()
    progress.clear()
    print(tell_bundle(found))
    if certificates:
        print()
        for path in write_files(certificates, options.out):
            print(f"Certificate: {path}")
    return 0 if found.agrees else 1


def results_and_data(results: Path | None, data: Path | None) -> tuple[Path, Path]:
    """Return the results to verify and their study folder; the synthetic study is the default."""
    from helpers.verify.archive import ARCHIVE, find_archive

    if results is None or results.resolve() == ARCHIVE:
        return find_archive(), data or SYNTHETIC
    if data is None:
        raise CallError(
            f"{results}: say with --data which study folder it was computed from; only the "
            "archived results of the synthetic study go without."
        )
    return results, data
