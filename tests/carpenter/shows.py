"""A week of shows of our own invention, for what needs a catalog to ask."""

from __future__ import annotations

from tests.carpenter.raw_rows import HOUSE_CALENDAR, PAPER, SELLER, WEEKLY_NIGHTS, raw

SHOWS = (
    raw(
        HOUSE_CALENDAR,
        "fri",
        "Tin Lantern, Mossback",
        "2026-11-20",
        start_time="20:00",
        doors_time="19:00",
        end_time="23:00",
        age_text="21+",
        price_text="$10",
        description="<p>Two bands,\nand a <b>cake</b></p>",
    ),
    raw(
        SELLER,
        "tm-1",
        "Tin Lantern",
        "2026-11-20",
        start_time="20:00",
        artists=[{"name": "Tin Lantern"}, {"name": "Mossback"}],
        price_min=12,
        price_max=15.5,
        currency="USD",
        ticket_url="https://boxoffice.example/buy/1",
    ),
    raw(HOUSE_CALENDAR, "sat", "The Ferry Wakes", "2026-11-21", start_time="21:00", status_text="Cancelled"),
    raw(HOUSE_CALENDAR, "late", "Juniper Ash", "2026-11-22", start_time="00:30", doors_time="23:30"),
    raw(HOUSE_CALENDAR, "sun", "Karaoke", "2026-11-22", start_time="21:00"),
    raw(
        PAPER,
        "fest",
        "Pier Hall Winter Festival",
        "2026-11-23",
        end_day="2026-11-25",
        venue_name="Pier Hall",
        venue_city="Seattle",
    ),
    raw(WEEKLY_NIGHTS, "wed", "Open Mic", "2026-11-25", start_time="20:00"),
    raw(PAPER, "tba", "Somebody, some day", None),
)
