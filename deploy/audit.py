"""`make audit`: the locked packages against the advisories that are within reach.

    python deploy/audit.py [--requirements FILE] [--osv-url URL]

By pip-audit, which asks the package index and, where that knows nothing, OSV. Exit code 1: a package has a known
vulnerability that a release fixes. Where no advisories are within reach, that is said, and the exit code is 0.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

PATIENCE_SECONDS = 300


def main() -> int:
    """Audit, and say what was found and of what; returns the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--requirements", type=Path, default=ROOT / "requirements.lock")
    parser.add_argument("--osv-url", help="ask this service, which speaks as OSV does, and no other")
    options = parser.parse_args()
    for service in (["osv", "--osv-url", options.osv_url],) if options.osv_url else (["pypi"], ["osv"]):
        packages = ask(options.requirements, *service)
        if any("vulns" in package for package in packages):
            return report(packages)
    say("no advisory data within reach: NOT AUDITED")
    return 0


def ask(requirements: Path, service: str, *options: str) -> list[dict[str, Any]]:
    """What pip-audit reports of each package; nothing where the service cannot be reached."""
    with tempfile.TemporaryDirectory() as scratch:
        answer = Path(scratch) / "answer.json"
        command = [sys.executable, "-m", "pip_audit", "--vulnerability-service", service, *options]
        of = ["--requirement", requirements, "--require-hashes", "--disable-pip"]
        quietly = ["--progress-spinner=off", "--format=json", "--output", answer]
        try:
            done = subprocess.run(
                [*command, *of, *quietly], capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
            )
        except subprocess.TimeoutExpired:
            say(f"{service}: no answer within {PATIENCE_SECONDS} s")
            return []
        if answer.exists():
            packages: list[dict[str, Any]] = json.loads(answer.read_text(encoding="utf-8"))["dependencies"]
            return packages
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        say(f"{service}: no answer ({last.partition(':')[0]})")
        return []


def report(packages: list[dict[str, Any]]) -> int:
    """Print what is known against each package, and which could not be audited; 1 if something can be done."""
    audited = [package for package in packages if "vulns" in package]
    unknown = sorted(package["name"] for package in packages if "vulns" not in package)
    found = [(package, vulnerability) for package in audited for vulnerability in package["vulns"]]
    for package, vulnerability in found:
        fixes = ", ".join(vulnerability["fix_versions"])
        names = ", ".join(dict.fromkeys([vulnerability["id"], *vulnerability.get("aliases", [])]))
        remedy = f"fixed in {fixes}" if fixes else "no release fixes it yet"
        say(f"{package['name']} {package['version']}: {names}: {remedy}")
    say(f"{len(audited)} of {len(packages)} locked packages audited, known vulnerabilities: {len(found)}")
    if unknown:
        say(f"no advisory data, NOT AUDITED: {', '.join(unknown)}")
    return int(any(vulnerability["fix_versions"] for _, vulnerability in found))


def say(line: str) -> None:
    """Print a line of the answer."""
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
