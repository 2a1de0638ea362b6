"""Log records as lines: each is one line, and what belongs to it of a traceback follows indented."""

from __future__ import annotations

import logging
import traceback
from typing import Any

from sms_text.printable import printable

_INDENT = "    "


class LineRecord(logging.LogRecord):
    """A record of which no text can look like another record, or act on the terminal that shows it.

    It is the record, and not its format, that sees to this: libraries put up handlers with formats of their own.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.exc_info and self.exc_info[0] is not None:
            self.exc_text = _indented("".join(traceback.format_exception(*self.exc_info)))
        if self.stack_info:
            self.stack_info = _indented(self.stack_info)

    def getMessage(self) -> str:  # noqa: N802 - the name is logging's
        """The message on one line (`printable`)."""
        return printable(super().getMessage())


def log_in_lines() -> None:
    """Have all records of this process, of libraries too, be LineRecords from now on."""
    logging.setLogRecordFactory(LineRecord)


def _indented(lines: str) -> str:
    return "\n".join(_INDENT + printable(line) for line in lines.rstrip("\n").split("\n"))
