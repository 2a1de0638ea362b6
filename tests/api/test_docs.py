"""The pages on serving: their commands run, and they name the settings and addresses that there are."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sms_api.rest import OPERATIONS
from sms_api.server import listen
from sms_api.settings import ApiSettings
from tests.api.served import Served
from tests.conftest import ROOT
from tests.project_copy import environment_of
from tests.test_docs import BLOCK

USUAL = "127.0.0.1:8000"
"""Where the documents have the server."""


def blocks(document: str) -> list[str]:
    """The shell blocks of a document."""
    return BLOCK.findall((ROOT / document).read_text(encoding="utf-8"))


def run(script: str, directory: Path, **environment: str) -> str:
    """What the commands print; the first that fails is an error."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=directory,
        env=environment_of(ROOT, SMS_HOME=str(directory / "home"), **environment),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_commands_for_programs_answer(served: Served, tmp_path: Path) -> None:
    (tmp_path / "tests/api").mkdir(parents=True)
    script = "\n".join(blocks("docs/api.md")).replace(USUAL, served.url.removeprefix("http://"))
    told = run(script, tmp_path)
    assert '"title":"An Evening of Cake"' in told
    assert 'rel="next"' in told
    assert "304\n" in told
    assert '"nearest":"city"' in told
    assert '"kind":"performs_at"' in told
    written = (tmp_path / "tests/api/openapi_v1.json").read_text(encoding="utf-8")
    assert written == (ROOT / "tests/api/openapi_v1.json").read_text(encoding="utf-8")


def test_the_command_for_the_graph_answers(served: Served, tmp_path: Path) -> None:
    (script,) = blocks("docs/graphql.md")
    told = json.loads(run(script.replace(USUAL, served.url.removeprefix("http://")), tmp_path))
    shows = {show["title"]: show["venue"]["name"] for show in told["data"]["events"]["nodes"]}
    assert shows["An Evening of Cake"] == "Blue Moon Tavern"


def test_the_commands_for_a_host_serve(served: Served, catalog_url: str, tmp_path: Path) -> None:
    with listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    first, *others = blocks("docs/serving.md")
    told = run(first.replace("8000", str(port)), tmp_path, DATABASE_URL=catalog_url)
    assert f"The calendar is at http://127.0.0.1:{port}\n" in told
    assert '{"status":"ready"}' in told
    assert '"events":' in told
    show = "from sms_api.settings import get_api_settings; print(get_api_settings().trusted_proxies)"
    script = "\n".join([*others, f'{sys.executable} -c "{show}"']).replace(USUAL, served.url.removeprefix("http://"))
    told = run(script, tmp_path, DATABASE_URL=catalog_url)
    assert re.search(r"^ *made +anew|made anew", told, re.MULTILINE)
    assert "\ncity:seattle\n" in told
    assert "127.0.0.1/32" in told


def test_every_setting_and_every_address_is_documented() -> None:
    serving = (ROOT / "docs/serving.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `SMS_API_(\w+)` \|([^|]*)\|", serving, re.MULTILINE)
    assert {name.lower() for name, _ in named} == set(ApiSettings.model_fields)
    for name, usual in named:
        default = ApiSettings.model_fields[name.lower()].default
        assert usual.strip() == ("" if default in (None, ()) else str(default)), name
    told = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    for operation in OPERATIONS:
        assert f"`{operation.path}`" in told


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Proto"])
def test_the_proxy_of_the_example_tells_what_the_server_reads(header: str) -> None:
    assert f"proxy_set_header {header} $" in (ROOT / "docs/serving.md").read_text(encoding="utf-8")
