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
    "ticketmaster_discovery": "ticketmaster",
    "tixr": "tixr",
    "triple_door": "triple_door",
    "venuepilot": "venuepilot",
    "vera_project": "vera_project",
    "wayward_music": "wayward_music",
}
"""Folder under ../shared/sources/recordings → spider. Not among them: candlelight, whose only way in is a key found in
somebody's page, and musicbrainz and spotify, which tell of artists and not of events."""

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
        "ticketmaster_discovery",
        "tixr",
        "venuepilot",
    }
)
"""Folders whose answers were read by hand in another form; see test_shared_api_answers.py."""

READ_OTHERWISE = {
    "nectar_lounge": [
        # Both print "No Cover"; the reader noted no price.
        "Mo' Jam Monday: price_text 'No Cover', not None",
        # The text goes on: "All Ages ... After 10:00pm, 21+".
    ],
}
"""Where we copy what the page prints and the reader noted otherwise, as `differences` tells it."""
