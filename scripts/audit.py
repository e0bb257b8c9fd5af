"""Hold locked requirements against the published advisories, with pip-audit: `make audit`.

It ends with 1 when an advisory is found. Where the advisories can't be reached, a note says so, and it ends with 0.
What follows the file goes to pip-audit: `python -m scripts.audit requirements.txt --ignore-vuln PYSEC-2026-1`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

UNREACHABLE = ("ConnectionError", "Timeout", "ProxyError", "SSLError", "ServiceError")


def main(requirements: str, *options: str) -> int:
    """Audit a file of requirements with hashes; return the exit code."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--requirement", requirements]
    asked = subprocess.run(
        [*command, "--format", "json", "--desc", "off", "--progress-spinner", "off", *options],
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.stdout.startswith("{"):
        return report(json.loads(asked.stdout)["dependencies"])
    reason = (asked.stderr.strip().splitlines() or [""])[-1]
    if any(name in asked.stderr for name in UNREACHABLE):
        print(f"note: not audited, for the advisories can't be reached: {reason}", file=sys.stderr)
        return 0
    print(asked.stderr, file=sys.stderr, end="")
    return asked.returncode or 1


def report(packages: Sequence[dict[str, Any]]) -> int:
    """Print what is known of the packages, and return the exit code."""
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    found = [(package, advisory) for package in packages for advisory in package.get("vulns", ())]
    for package, advisory in found:
        mended = ", ".join(advisory["fix_versions"]) or "no version yet"
        print(f"{package['name']} {package['version']}: {advisory['id']}, mended in {mended}")
    if unknown:
        print(f"note: not audited, PyPI has no answer about them here: {', '.join(unknown)}", file=sys.stderr)
    print(f"{len(packages) - len(unknown)} of {len(packages)} packages audited, {len(found)} advisories")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
