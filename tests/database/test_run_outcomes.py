"""The words for how a run went: one for each verdict of the table, each with what follows from it."""

from __future__ import annotations

from sms_database.run_outcomes import RUN_OUTCOMES, SEVERITY_STYLES, UNFINISHED, Severity
from sms_database.vocabulary import VERDICTS


def test_every_verdict_and_every_run_without_one_has_its_word() -> None:
    assert RUN_OUTCOMES.keys() == {*VERDICTS, "skipped", UNFINISHED}
    assert SEVERITY_STYLES.keys() == set(Severity)


def test_only_what_failed_is_a_failure_and_what_was_judged_ok_or_suspect_ends_with_0() -> None:
    assert [word for word, outcome in RUN_OUTCOMES.items() if outcome.severity is Severity.FAIL] == ["failed"]
    assert [word for word, outcome in RUN_OUTCOMES.items() if outcome.exit_code == 0] == ["ok", "suspect"]
