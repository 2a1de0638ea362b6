"""How many of the events that were found each further choice would leave."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import chain, islice

from sqlalchemy import Connection

from sms_api.search.files import SearchFiles
from sms_api.search.find import asked_words, can_be_indexed, span_of
from sms_api.search.understand import understood
from sms_catalog.facets import TIME_LIMIT, FacetCount, facets
from sms_catalog.query import Query

_MOST_COUNTED = 4_000
"""Events beyond which nothing is counted: their ids alone would take the time that there is."""

Facets = Mapping[str, Sequence[FacetCount]]


def found_facets(connection: Connection, files: SearchFiles, query: Query, names: Collection[str]) -> Facets | None:
    """The facets of what `sms_api.search.find.find` finds in all its pages; None where counting takes too long."""
    began = time.monotonic()
    words = asked_words(query)
    if query.words is not None and not words:
        return dict.fromkeys(names, ())
    counted = query
    if can_be_indexed(query) and (reader := files.reader(connection)) is not None:
        try:
            span = span_of(query)
            meant = understood(reader, words, span) or ()
            places = chain(reader.named_events(meant, span), reader.other_events(meant, span)) if meant else iter(())
            ids = reader.event_ids(list(islice(places, _MOST_COUNTED + 1)))
        except sqlite3.DatabaseError:  # `find` has told of it
            return None
        if len(ids) > _MOST_COUNTED:
            return None
        counted = replace(query, words=None, ids=[i for i in ids if i is not None])
    left = TIME_LIMIT - timedelta(seconds=time.monotonic() - began)
    return facets(connection, counted, names, left) if left > timedelta(0) else None
