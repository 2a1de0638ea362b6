"""The table of docs/query.md, made from the declared parameters.

python -m sms_catalog.query_page docs/query.md
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from sms_catalog.query_table import ALL, PARAMETERS

_SECTION = re.compile(r"(<!-- parameters -->\n).*?(<!-- end of parameters -->)", re.DOTALL)


def with_table(page: str) -> str:
    """The page with the table between its marks as the parameters are declared now."""
    table = "\n".join(["", *_rows(), ""])
    return _SECTION.sub(lambda section: f"{section[1]}{table}\n{section[2]}", page)


def _rows() -> Iterator[str]:
    yield "| parameter | what it chooses | values | several | example |"
    yield "| --- | --- | --- | --- | --- |"
    for name, parameter in PARAMETERS.items():
        values = f"{parameter.form}; {ALL} for any" if parameter.may_be_all else parameter.form
        several = "any of them" if parameter.is_list else ""
        example = urlencode({name: parameter.example}, safe=",:")
        yield f"| `{name}` | {parameter.sentence} | {values} | {several} | `{example}` |"


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(with_table(page.read_text("utf-8")), "utf-8")
