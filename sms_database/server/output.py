"""What PostgreSQL's programs print when they give up, as one line."""

from __future__ import annotations

from sms_database.errors import DatabaseProblem


def failure(what: str, output: str) -> DatabaseProblem:
    """The problem to raise; `what` went wrong ("did not start") and the reason is in `output`."""
    reason = _reason(output)
    if "No space left on device" in output or "Disk quota exceeded" in output:
        reason = "the disk is full: free some space and run the command again"
    return DatabaseProblem(f"the embedded PostgreSQL {what}: {reason}")


def _reason(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip() and not _is_to_a_client(line)]
    for word in ("PANIC:", "FATAL:", "error:", "ERROR:"):
        for line in reversed(lines):
            if word in line:
                return line[line.index(word) :]
    return lines[-1] if lines else "it could write no message, as when the disk is full"


def _is_to_a_client(line: str) -> bool:
    """The server logs what it tells those who ask too early, ourselves among them."""
    return "FATAL:  the database system is" in line
