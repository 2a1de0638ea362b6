"""Which spider reads which of the shared recordings, the real pages that stand beside the checkout here and in CI."""

from __future__ import annotations

SPIDER_OF_FOLDER = {
    "19hz": "nineteen_hz",
    "a_stir": "a_stir",
    "axs": "axs",
    "axs_skin_ajax": "neumos",
    "bandsintown": "bandsintown",
    "barboza": "barboza",
    "blue_moon": "blue_moon",
    "chop_suey": "chop_suey",
    "conor_byrne": "conor_byrne",
    "darrells_tavern": "darrells_tavern",
    "dice": "dice",
    "do206": "do206",
    "egans_ballard_jam_house": "egans_ballard_jam_house",
    "el_corazon": "el_corazon",
    "eventbrite": "eventbrite",
    "events12": "events12",
    "fremont_abbey": "fremont_abbey",
    "greater_seattle_choral": "greater_seattle_choral",
    "hidden_hall": "nectar_lounge",
    "jambase": "jambase",
    "jazz_alley": "jazz_alley",
    "kexp": "kexp",
    "lake_union_concerts": "lake_union_concerts",
    "little_red_hen": "little_red_hen",
    "meany_center": "meany_center",
    "nectar_lounge": "nectar_lounge",
    "neumos": "neumos",
    "nw_metal_calendar": "nw_metal_calendar",
    "rainier_arts_center": "rainier_arts_center",
    "resident_advisor": "resident_advisor",
    "royal_room": "the_royal_room",
    "sea_monster_lounge": "sea_monster_lounge",
    "seattle_folklore_society": "seattle_folklore_society",
    "seattle_showlists": "seattle_showlists",
    "setlistfm": "setlistfm",
    "showbox_presents": "showbox_presents",
    "skylark_cafe": "skylark",
    "songkick": "songkick",
    "stg": "ticketmaster",
    "substation": "substation",
    "sunset_tavern": "sunset_tavern",
    "ticketmaster": "ticketmaster",
    "tixr": "tixr",
    "triple_door": "triple_door",
    "venuepilot": "venuepilot",
    "vera_project": "vera_project",
    "wayward_music": "wayward_music",
}
"""Folder under ../shared/sources/recordings → spider. Not among them: candlelight, whose only way in is a key found in
somebody's page; ticketmaster_discovery, which is no answer but a print of one; musicbrainz and spotify, which tell of
artists and not of events."""

API_FOLDERS = frozenset(
    {
        "axs",
        "bandsintown",
        "dice",
        "eventbrite",
        "jambase",
        "resident_advisor",
        "setlistfm",
        "songkick",
        "ticketmaster",
        "tixr",
        "venuepilot",
    }
)
"""Folders whose answers were read by hand in another form; see test_shared_api_answers.py."""

KEPT_ASIDE = frozenset({"barboza", "vera_project"})
"""Folders that are tried elsewhere. Any other that is missing is a mistake."""

READERS_OWN_WORDS = {"egans_ballard_jam_house": "Tickets by the festival; "}
"""Folder → what the reader put into price_text in his own words; no page of the folder prints it."""

NOT_NOTED = {"article": frozenset({"doors_time", "price_text", "age_text", "event_url", "ticket_url"})}
"""Kind of row → fields in which the reader may have noted nothing though the page tells them. Of an article of events12
he noted heading, date, badge and a link: of 149 not one has doors, an age, tickets or a price beside "Free". There it
is enough that what we copied stands in the article."""

READ_OTHERWISE = {
    "events12": {  # The event's page is on Facebook; the reader took the next link, of the tickets or of another town.
        "Christmas tree lighting: source_url 'https://www.facebook.com/events/792661130130329',"
        " not 'https://www.fifewa.gov/473/Holiday-Tree-Lighting'",
        "Sing along: source_url 'https://www.facebook.com/events/26286859194236526',"
        " not 'https://central-cinema.com/movie/the-totally-holiday-sing-along'",
        "Party – Smith Tower: source_url 'https://www.facebook.com/events/1158229483184506',"
        " not 'https://fareharbor.com/embeds/book/smithtower/items/680798/calendar/2025/12/?full-items=yes'",
        "Local artists sing covers: source_url 'https://www.facebook.com/events/1124548936334732',"
        " not 'https://www.ticketweb.com/event/artist-homes-12th-annual-nye-tractor-tickets/14660133'",
        "Funk music — McMenamins: source_url 'https://www.facebook.com/events/1373664091034225/',"
        " not 'https://www.mcmenamins.com/events/271661-souled-out-funk'",
    },
    "greater_seattle_choral": {  # An entry without a page of its own is found on the calendar.
        "Chansons et Madrigaux: source_url 'https://seattlesings.org/calendar/', not None",
        "Meet the Chorus Night: source_url 'https://seattlesings.org/calendar/', not None",
        "Deck the Halls: source_url 'https://seattlesings.org/calendar/', not None",
    },
    "nectar_lounge": {  # So it is printed; the reader noted no price, and of the ages the later one.
        "Mo' Jam Mondays: price_text 'No Cover', not None",
        "Big World Breaks 20th Anniversary Celebration: age_text 'All Ages', not '21+'",
    },
    "rainier_arts_center": {  # The page prints 8 pm, its calendar link 03:00Z; its JSON-LD takes that for local.
        "lost: 2026-04-04 World Class Music Presents: Dobet Gnahore",
        "invented: 2026-04-04 World Class Music Presents: Dobet Gnahore",
    },
}
"""Where we copy what the source says and the reader noted otherwise, as `differences` tells it."""
