"""What the `doctor` of each program has looked at, and how it tells of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import typer
from rich.box import SIMPLE_HEAD
from rich.markup import escape

from sms_database.cli import NO, LineTable, plural, say, say_json, show
from sms_database.run_outcomes import SEVERITY_STYLES, Severity

OK, WARN, FAIL = Severity


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: how it is, and what to do where it is not well."""

    name: str
    state: Severity
    found: str
    advice: str = ""


def tell(checks: Sequence[Check], *, as_json: bool) -> None:
    """Print them; ends the command with exit code 1 if anything fails."""
    if as_json:
        say_json([asdict(check) for check in checks])
    else:
        _show(checks)
    if any(check.state == FAIL for check in checks):
        raise typer.Exit(NO)


def _show(checks: Sequence[Check]) -> None:
    table = LineTable("", "", "found", "what to do", box=SIMPLE_HEAD, pad_edge=False)
    for check in checks:
        state = f"[{SEVERITY_STYLES[check.state]}]{check.state}[/]"
        table.add_row(state, escape(check.name), escape(check.found), escape(check.advice))
    show(table)
    troubles = [sum(check.state == state for check in checks) for state in (WARN, FAIL)]
    say("all is well" if not any(troubles) else f"{plural(troubles[0], 'warning')}, {plural(troubles[1], 'failure')}")
