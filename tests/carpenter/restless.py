"""Crawls, answers, decides and builds without pause until it is stopped, for tests of what goes on beside that:

python -m tests.carpenter.restless DATABASE_URL

Says "." after each thing done. Ends by itself after MOST histories, or when nobody listens any more.
"""

from __future__ import annotations

import random
import sys

from carpenter.pipeline.build import run
from sms_database.session import create_engine_for
from sms_database.sources import store_source
from tests.carpenter.histories import SOURCES, Build, write_history
from tests.carpenter.raw_rows import clock
from tests.carpenter.replay_history import Player

MOST = 1_000


def main(url: str) -> None:
    player = Player(create_engine_for(url))
    with player.engine.begin() as connection:
        for facts in SOURCES:
            store_source(connection, facts)
    for seed in range(MOST):
        for operation in write_history(random.Random(seed)).operations:
            if isinstance(operation, Build):
                run(player.engine, clock=clock)
            else:
                player.take(operation)
            print(".", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
