"""Rows of our own invention with all that a page must bear: crowded nights, long and foreign names, hostile text."""

from __future__ import annotations

from typing import Any

from tests.carpenter.raw_rows import HOUSE_CALENDAR, PAPER, SELLER, raw

NIGHT = "2026-11-20"
CROWDED = "2026-12-31"
EMPTY = "2026-12-25"

LONG_NAME = "The Extraordinarily Patient Cartographers of the Upper Duwamish and Their Borrowed Harmoniums"
FOREIGN = ("فرقة النوارس", "夜の灯台楽団", "Τα Κύματα", "Ljubičasta Čežnja", "🌊 Tidepool 🎺")

SCRIPT = "</script><script>document.title='broken'</script><img src=x onerror=\"document.title='broken'\">"
MARKUP = f"\"'><b>{SCRIPT}"

WORDS = (
    "Amber Birch Cedar Dune Ember Fjord Grove Heath Iris Jetty"
    " Kelp Larch Moss Nettle Oxbow Pearl Quarry Reed Slate Thorn"
).split()

_PIER = {"venue_name": "Pier Hall", "venue_city": "Seattle", "venue_region": "WA"}


def first_rows() -> list[dict[str, Any]]:
    """What is known at first."""
    return [
        raw(HOUSE_CALENDAR, "matinee", "Tin Lantern", NIGHT, start_time="11:00", price_text="$5", age_text="All ages"),
        raw(
            HOUSE_CALENDAR,
            "main",
            "Mossback, Juniper Ash",
            NIGHT,
            start_time="20:00",
            doors_time="19:00",
            price_text="$12-15",
            age_text="21+",
            description="They come\n\nwith a cake.",
        ),
        raw(SELLER, "main", "Mossback", NIGHT, start_time="20:30", price_min=14, currency="USD"),
        raw(PAPER, "no-hour", "Hollow Kayak", NIGHT, **_PIER),
        raw(PAPER, "full", "The Ferry Wakes", NIGHT, start_time="21:00", status_text="Sold out", **_PIER),
        raw(HOUSE_CALENDAR, "late", "Velvet Ferry", "2026-11-21", start_time="00:30"),
        raw(HOUSE_CALENDAR, "stage", "Open Mic with Ada Prewitt", "2026-11-22", start_time="19:00", price_text="Free"),
        raw(HOUSE_CALENDAR, "trivia", "Trivia Night", "2026-11-22", start_time="19:00"),
        raw(HOUSE_CALENDAR, "off", "Nine Acre Radio", "2026-11-23", start_time="20:00"),
        raw(HOUSE_CALENDAR, "moved", "Oona Strand", "2026-11-24", start_time="20:00"),
        raw(HOUSE_CALENDAR, "secret", "Paper Ladders", "2026-11-26", start_time="20:00"),
        raw(PAPER, "long", LONG_NAME, "2026-11-27", start_time="20:00", **_PIER),
        raw(
            PAPER,
            "foreign",
            "Harbour Voices",
            "2026-11-28",
            start_time="18:00",
            artists=[{"name": name} for name in FOREIGN],
            **_PIER,
        ),
        raw(
            PAPER,
            "forty",
            "Forty Bands",
            "2026-11-28",
            start_time="12:00",
            artists=[{"name": f"Beacon {number}"} for number in range(1, 41)],
            **_PIER | {"venue_name": "Cable Street Pier"},
        ),
        raw(
            PAPER,
            "hostile",
            f"Evil {MARKUP}",
            "2026-11-29",
            start_time="20:00",
            artists=[{"name": f"Actor {MARKUP}"}, {"name": "Moth Parade"}],
            description=f"Words {SCRIPT} & more",
            price_text=f"$5 {SCRIPT}",
            age_text=MARKUP,
            genres=[f"noise {MARKUP}"],
            status_text=MARKUP,
            ticket_url="https://boxoffice.example/?a=1&b=%22%3E",
            image_url="javascript:alert(1)",
            venue_name=f"Room {MARKUP}",
            venue_address=f"1 Pier {MARKUP}",
            venue_city="Seattle",
            venue_region="WA",
        ),
        *(
            raw(
                PAPER,
                f"crowd-{number}",
                f"{WORDS[number % 20]} {WORDS[number // 20]} Signal, {WORDS[number // 20]} {WORDS[number % 20]} Flare",
                CROWDED,
                start_time=f"{17 + number % 6}:{number % 4 * 15:02}",
                price_text=f"${number % 30 + 1}",
                venue_name=f"{WORDS[number % 20]} {WORDS[number // 20]} Cellar",
                venue_address=f"{number + 1} {WORDS[number % 20]} St",
                venue_city="Seattle",
                venue_region="WA",
            )
            for number in range(300)
        ),
    ]


def later_rows() -> list[dict[str, Any]]:
    """What the house says of two shows a day later."""
    return [
        raw(
            HOUSE_CALENDAR, "off", "Nine Acre Radio", "2026-11-23", start_time="20:00", status_text="Cancelled", crawl=1
        ),
        raw(
            HOUSE_CALENDAR,
            "moved",
            "Oona Strand",
            "2026-12-02",
            start_time="21:00",
            status_text="Rescheduled",
            crawl=1,
        ),
    ]
