"""`python -m carpenter`: the command line."""

from __future__ import annotations

import typer

from carpenter.commands import (
    build,
    decide,
    doctor,
    explain,
    export,
    load,
    quarantine,
    reports,
    review,
    runs,
    upcoming,
)
from sms_database.cli import VersionOption
from sms_database.log_lines import log_in_lines

log_in_lines()

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _program(version: VersionOption = False) -> None:
    """Raw rows in, one clean catalog out: build it, ask it, correct it."""


app.command()(build.run)
app.command()(build.rebuild)
app.command()(load.load)
app.command()(export.export)
app.command()(quarantine.quarantine)
app.command()(explain.explain)
app.command()(review.review)
app.command()(reports.reports)
app.add_typer(decide.app, name="decide")
app.command()(runs.runs)
app.command()(upcoming.upcoming)
app.command()(doctor.doctor)

if __name__ == "__main__":
    app()
