"""The house of docs/ARCHITECTURE.md: who may import whom, where SQL is, who may look at the clock."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pytest

from tests.conftest import ROOT

PACKAGES = ("sms_text", "sms_database", "sms_catalog", "sms_crawlers", "carpenter", "sms_api")

GROUND = {"sms_text", "sms_database"}

MAY_IMPORT: dict[str, set[str]] = {
    "sms_text": set(),
    "sms_database": {"sms_text"},
    "sms_catalog": GROUND,
    "sms_crawlers": GROUND | {"sms_catalog"},
    "carpenter": GROUND | {"sms_catalog"},
    "sms_api": GROUND | {"sms_catalog"},
}
"""Programs never import each other: they meet in tables, and read the catalog by the read side."""

SQL_IS_IN = (
    "sms_database/",
    "sms_catalog/",
    "sms_crawlers/network/host_turns.py",
    "sms_crawlers/runs/absence.py",
    "sms_crawlers/runs/store.py",
    "carpenter/store/",
    "sms_api/search/index.py",  # of a file of its own, in SQLite
    "sms_api/search/place.py",
    "sms_api/search/reader.py",
)

SQLALCHEMY_TYPES = {"Connection", "Engine", "Row"}
"""What a signature may name where no SQL may be written; sqlalchemy.exc may be caught anywhere."""

ASKS_THE_CLOCK = (
    "sms_crawlers/spider.py",  # when the crawl began
    "sms_crawlers/middlewares/outcomes.py",  # when an answer came
    "sms_crawlers/middlewares/conditional.py",  # how old a kept answer is
    "sms_crawlers/network/downloader.py",  # how long a host asks us to wait
    "sms_crawlers/network/host_turn_files.py",  # whether the wait is over
    "sms_database/cli.py",  # when a command was given
    "sms_database/__main__.py",  # how old the table of PostgreSQL's releases is
)

PURE = (
    "sms_text/",
    "sms_catalog/change_words.py",
    "sms_catalog/csv_rows.py",
    "sms_catalog/cursors.py",
    "sms_catalog/icalendar.py",
    "sms_catalog/ids.py",
    "sms_catalog/query.py",
    "sms_catalog/query_parameters.py",
    "sms_catalog/query_problems.py",
    "sms_catalog/query_sql.py",
    "sms_catalog/query_table.py",
    "sms_catalog/query_values.py",
    "sms_catalog/records.py",
    "sms_catalog/search.py",
    "sms_catalog/words.py",
    "sms_api/pages/addresses.py",
    "sms_api/pages/structured_data.py",
    "sms_api/pages/views/",
    "sms_crawlers/calendars/",
    "sms_crawlers/platforms/",
    "sms_crawlers/reading/",
    "sms_crawlers/spiders/",
    "sms_crawlers/network/packed_bodies.py",
    "sms_crawlers/network/whole_bodies.py",
    "sms_crawlers/runs/profile.py",
    "sms_crawlers/runs/verdict.py",
    "sms_api/search/entries.py",
    "sms_api/search/words.py",
    "carpenter/model.py",
    "carpenter/rows.py",
    "carpenter/artists/",
    "carpenter/events/",
    "carpenter/merge/",
    "carpenter/nights/",
    "carpenter/normalize/",
    "carpenter/parsing/",
    "carpenter/titles/",
    "carpenter/venues/",
)
"""Values in, values out. A file is pure by its place; what drives the build is in carpenter/pipeline/."""

ROOMS_OF_THE_CARPENTER = (
    *("rows", "parsing", "titles", "model", "venues", "nights", "normalize", "events", "artists", "merge", "store"),
    *("pipeline", "explain", "commands", "__main__"),
)
"""In the order in which data flow: each may import those before it, and nothing after."""

THE_STORE_MAY_IMPORT = {"carpenter.model", "carpenter.rows", "carpenter.titles.bill"}
"""The values and rows that it moves, and the stored form of a bill: no module that decides anything."""

NOT_IN_PURE = {"os", "random", "socket", "sqlalchemy", "psycopg", "subprocess", "time"}

STATEMENT = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|CREATE|ALTER|DROP|TRUNCATE|COPY|LOCK)\s")

CLOCKS = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
}


@dataclass(frozen=True)
class Module:
    """A source file: `path` from the project's root, and what can be seen in it without running it."""

    path: str
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source, self.path)

    @cached_property
    def names(self) -> dict[str, str]:
        """What each imported name stands for: {"select": "sqlalchemy.select"}."""
        names: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                names |= {alias.asname or alias.name.split(".")[0]: alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        return names

    @cached_property
    def packages(self) -> set[str]:
        """The top-level packages that it imports."""
        return {name.split(".")[0] for name in self.names.values()}

    @cached_property
    def calls(self) -> set[str]:
        """The imported functions and methods that it calls, by full name."""
        return {
            self._full_name(node.func)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
        }

    @cached_property
    def statements(self) -> list[str]:
        """The strings that begin as an SQL statement does."""
        strings = (
            node.value for node in ast.walk(self.tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
        return [string for string in strings if STATEMENT.match(string)]

    def is_in(self, places: Iterable[str]) -> bool:
        """Is it one of these files, or in one of these directories (which end in "/")?"""
        return any(self.path == place or (place.endswith("/") and self.path.startswith(place)) for place in places)

    def _full_name(self, function: ast.expr) -> str:
        if isinstance(function, ast.Attribute):
            return f"{self._full_name(function.value)}.{function.attr}"
        return self.names.get(function.id, function.id) if isinstance(function, ast.Name) else ""


def modules(directory: str) -> Iterator[Module]:
    """Every source file below a directory of the project."""
    for path in sorted((ROOT / directory).rglob("*.py")):
        yield Module(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))


Rule = Callable[[Module], set[str]]
"""What a module does that it may not."""

OURS = [module for package in PACKAGES for module in modules(package)]


def wrong_imports(module: Module) -> set[str]:
    """The packages that the house does not let it import."""
    package = module.path.split("/")[0]
    ours = (module.packages & {*PACKAGES, "tests", "bench"}) - MAY_IMPORT[package] - {package}
    foreign = {"scrapy", "scrapy_playwright", "twisted"} if package != "sms_crawlers" else set()
    return ours | (module.packages & foreign)


def wrong_sql(module: Module) -> set[str]:
    """SQL, or the means to make it, where none may be."""
    if module.is_in(SQL_IS_IN):
        return set()
    imported = {name for name in module.names.values() if name.split(".")[0] == "sqlalchemy"}
    types = {f"sqlalchemy.{name}" for name in SQLALCHEMY_TYPES}
    return {name for name in imported - types if not name.startswith("sqlalchemy.exc.")} | set(module.statements)


def wrong_clocks(module: Module) -> set[str]:
    """Looks at the clock, outside of the edges that hand the time on."""
    return set() if module.is_in(ASKS_THE_CLOCK) else module.calls & CLOCKS


def impurities(module: Module) -> set[str]:
    """The imports through which a module that should be pure could reach the world."""
    return module.packages & NOT_IN_PURE if module.is_in(PURE) else set()


def arrows_back(module: Module) -> set[str]:
    """The imports of a room of the carpenter from a later one."""
    package, _, inner = module.path.removesuffix(".py").partition("/")
    if package != "carpenter" or inner == "__init__":
        return set()
    order = {name: number for number, name in enumerate(ROOMS_OF_THE_CARPENTER)}
    own = order[inner.split("/")[0]]
    rooms = {name.split(".")[1] for name in module.names.values() if name.startswith("carpenter.")}
    return {room for room in rooms if order[room] > own}


def rules_in_the_store(module: Module) -> set[str]:
    """The modules of the carpenter that its store imports, beside the store itself and what it may."""
    if not module.is_in(("carpenter/store/",)):
        return set()
    return {
        name.rsplit(".", 1)[0]
        for name in module.names.values()
        if name.startswith("carpenter.")
        and not name.startswith("carpenter.store.")
        and name.rsplit(".", 1)[0] not in THE_STORE_MAY_IMPORT
    }


@pytest.mark.parametrize("rule", [wrong_imports, wrong_sql, wrong_clocks, impurities, arrows_back, rules_in_the_store])
def test_every_module_keeps_to_the_house(rule: Rule) -> None:
    breaches = [f"{module.path}: {', '.join(sorted(found))}" for module in OURS if (found := rule(module))]
    assert not breaches, "\n".join(breaches)


def test_migrations_stand_on_their_own() -> None:
    """A migration that imports a model changes when the model does."""
    found = {m.path: m.packages & set(PACKAGES) for m in modules("alembic/versions")}
    assert found
    assert not any(found.values()), found


@pytest.mark.parametrize("path", [*SQL_IS_IN, *sorted(ASKS_THE_CLOCK), *PURE])
def test_the_places_named_here_exist(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        (wrong_imports, "sms_database/a.py", "import carpenter.model"),
        (wrong_imports, "carpenter/a.py", "def f():\n    from scrapy.http import Request"),
        (wrong_imports, "carpenter/a.py", "from sms_crawlers import items"),
        (wrong_imports, "sms_crawlers/a.py", "from carpenter import merge"),
        (wrong_sql, "carpenter/merge/a.py", "from sqlalchemy import select"),
        (wrong_sql, "carpenter/merge/a.py", "STATEMENT = 'DELETE FROM events'"),
        (wrong_sql, "sms_crawlers/pipelines.py", "q = f'SELECT {column} FROM raw_events'"),
        (wrong_clocks, "carpenter/merge/a.py", "from datetime import datetime\nnow = datetime.now()"),
        (wrong_clocks, "carpenter/merge/a.py", "import datetime as dt\nnow = dt.datetime.now(dt.UTC)"),
        (wrong_clocks, "sms_crawlers/spiders/venues/a.py", "from time import time\nnow = time()"),
        (impurities, "carpenter/merge/a.py", "import os.path"),
        (impurities, "sms_crawlers/reading/days.py", "from sqlalchemy import Engine"),
        (rules_in_the_store, "carpenter/store/a.py", "from carpenter.venues.scoring import compare"),
        (rules_in_the_store, "carpenter/store/a.py", "from carpenter.nights import moves"),
    ],
)
def test_a_breach_is_seen(rule: Rule, path: str, source: str) -> None:
    assert rule(Module(path, source))
