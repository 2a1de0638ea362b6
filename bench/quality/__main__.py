"""`make quality`: how right the project is, in one table, beside what it has been; exit code 1 where something fell.

    python -m bench.quality [--quick] [--keep]

`held.toml` beside this has the least that each share may be. `--keep` writes it anew from what was measured now.
Without `--quick` the larger labelled worlds are built too, which takes some minutes.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from bench.quality import measures
from bench.quality.measures import Share

HELD = Path(__file__).with_name("held.toml")
WORLDS = Path(__file__).parents[3] / "shared" / "match"

SLACK = 0.0005
"""By so much a share may fall before it counts: a row or two of a world of ten thousand."""


def main() -> int:
    """Measure, print, compare."""
    arguments = argparse.ArgumentParser(prog="python -m bench.quality", description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--quick", action="store_true", help="without the larger labelled worlds")
    arguments.add_argument("--keep", action="store_true", help="write held.toml from what is measured now")
    options = arguments.parse_args()
    shares = [share for each in _measured(is_quick=options.quick) for share in each]
    held = tomllib.loads(HELD.read_text("utf-8"))["share"]
    fallen = [share for share in shares if share.value < held.get(share.what, 0.0) - SLACK]
    Console(width=120).print(_table(shares, held))
    if options.keep:
        _keep(held | {share.what: share.value for share in shares})
        return 0
    for share in fallen:
        sys.stderr.write(f"error: {share.what}: {share.value:.4f}, and it was {held[share.what]:.4f}\n")
    return 1 if fallen else 0


def _measured(*, is_quick: bool) -> Iterator[list[Share]]:
    yield measures.cases()
    yield measures.labelled_pairs()
    yield measures.demo()
    if real := measures.recordings():
        yield real
    else:
        sys.stderr.write("no ../shared/sources/recordings beside this checkout: real pages are not measured\n")
    yield measures.world("ours:3000")
    if is_quick:
        return
    yield measures.world("ours:10000")
    if not measures.can_score_folders():
        sys.stderr.write("no ../shared/match beside this checkout: its worlds are not measured\n")
        return
    with _unpacked(WORLDS / "dev_10k") as folder:
        yield measures.world(str(folder))


@contextmanager
def _unpacked(world: Path) -> Iterator[Path]:
    """A copy of a labelled world with its files unpacked."""
    with TemporaryDirectory() as directory:
        folder = Path(directory) / world.name
        folder.mkdir()
        for packed in world.glob("*.gz"):
            with gzip.open(packed) as source, (folder / packed.stem).open("wb") as target:
                shutil.copyfileobj(source, target)
        yield folder


def _table(shares: list[Share], held: dict[str, float]) -> Table:
    table = Table("what", "right", "share", "held", "", title="how right it is")
    for column in table.columns[1:4]:
        column.justify = "right"
    for share in shares:
        before = held.get(share.what)
        count = "" if share.asked is None else f"{share.right:,} of {share.asked:,}"
        verdict = "new" if before is None else _verdict(share.value - before)
        table.add_row(share.what, count, f"{share.value:.4f}", "" if before is None else f"{before:.4f}", verdict)
    return table


def _verdict(gain: float) -> str:
    if gain < -SLACK:
        return "fallen"
    return "better" if gain > SLACK else ""


def _keep(shares: dict[str, float]) -> None:
    lines = (f'"{what}" = {value:.4f}\n' for what, value in sorted(shares.items()))
    said = "# The least that each share of `make quality` may be; written by `python -m bench.quality --keep`.\n"
    HELD.write_text(f"{said}\n[share]\n{''.join(lines)}", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
