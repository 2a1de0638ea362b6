"""The probes, and reads, while the database is there, gone and back."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from sqlalchemy import Engine, NullPool, create_engine, make_url, text

from sms_api.app import create_app
from sms_api.settings import ApiSettings
from tests.api.served import NOW, Answer, Served, serving


@contextmanager
def shut(server_url: str, database_url: str) -> Iterator[None]:
    """A time in which nobody gets into the database."""
    name = make_url(database_url).database
    administrator = create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with administrator.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false'))
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": name}
        )
        try:
            yield
        finally:
            connection.execute(text(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true'))


def asked_until(served: Served, status: int) -> Answer:
    """The answer of /ready once it has this status, which takes two seconds at most."""
    deadline = time.monotonic() + 10
    while (answer := served.ask("/ready")).status != status:
        assert time.monotonic() < deadline, answer.text
    return answer


def fastest_probe(served: Served, path: str) -> float:
    """Seconds of the fastest of thirty requests on one connection."""
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=20)
    seconds = []
    for _ in range(30):
        begin = time.perf_counter()
        connection.request("GET", path)
        connection.getresponse().read()
        seconds.append(time.perf_counter() - begin)
    connection.close()
    return min(seconds)


def test_the_probes_are_right_and_fast_while_the_database_is_gone(server_url: str, database_url: str) -> None:
    with serving(create_app(database_url, ApiSettings(reads_per_minute=0), lambda: NOW)) as served:
        assert served.ask("/ready").json == {"status": "ready"}
        assert served.ask("/v1/cities").status == 200
        with shut(server_url, database_url):
            gone = asked_until(served, 503)
            assert gone.json == {"status": "not ready", "reason": "the database cannot be reached"}
            assert gone.headers["cache-control"] == "no-store"
            assert served.ask("/health").json == {"status": "ok"}
            assert fastest_probe(served, "/ready") < 0.005
            assert fastest_probe(served, "/health") < 0.005
            read = served.ask("/v1/cities")
            assert read.status == 503
            assert read.headers["retry-after"] == "5"
            assert read.json["detail"] == "The catalog cannot be read just now."
        assert asked_until(served, 200).json == {"status": "ready"}
        assert served.ask("/v1/cities").status == 200


def test_another_schema_is_not_ready(database_url: str, engine: Engine, new_database: Callable[[], str]) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    with serving(create_app(database_url, ApiSettings(), lambda: NOW)) as served:
        assert served.ask("/ready").json == {"status": "not ready", "reason": "the database has another schema"}
        assert served.ask("/health").status == 200
