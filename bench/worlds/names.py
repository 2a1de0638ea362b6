"""Made-up names of acts and rooms, by number: the same number has the same name, two numbers have two.

The forms are those of real listings: "The … s", "X & the Ys", persons, DJs, trios, names with a comma or an "and" of
their own, town tags, tributes, accents, Cyrillic and kana; rooms with and without "The", of one word or three.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

_FIRST_WORDS = (
    "Amber Ashen Bitter Blind Blue Brass Brittle Broken Burnt Calico Candle Carbon Cedar Chalk Civil Clever Cobalt "
    "Copper Coral Crooked Damp Dapper Distant Double Drowsy Dusty Early Eastern Elder Electric Empty Faded Feral "
    "First Flint Foggy Folded Former Frozen Gentle Ghost Gilded Glass Golden Granite Green Grey Half Harbor Heavy "
    "Hidden Hollow Honest Humble Idle Indigo Iron Ivory Jagged Juniper Lazy Linen Little Lunar Marble Midnight "
    "Minor Mossy Neon Northern Novel Olive Paper Patient Pewter Plastic Porcelain Quiet Ragged Red Rival Rust Sable "
    "Salt Second Silver Slow Static Stray Sunday Tender Tin Velvet Violet Winter Wooden"
).split()
_NOUNS = (
    "Almanac Anchor Animal Anthem Apron Arcade Atlas Avenue Ballad Banner Basement Beacon Bicycle Bishop Bonfire "
    "Bridge Cabin Camera Canyon Caravan Castle Cavalier Chapel Cinema Cobbler Citizen Comet Clarinet Cousin Cradle "
    "Daydream Dialect Doctor Dragon Empire Engine Falcon Feather Fever Garden Gondola Glacier Guardian Habit Hammer "
    "Harvest Helmet Hornet Island Jacket Kettle Kitchen Ladder Lagoon Lantern Letter Lumber Machine Magnet Meadow "
    "Mirror Motor Museum Navigator Needle Oracle Orchard Painter Parade Passenger Pigeon Pilot Planet Portrait "
    "Postman Prairie Quarter Rabbit Railway River Rooster Saddle Satellite Shadow Signal Sparrow Station "
    "Tailor Thunder Tiger Tunnel Valley Volcano Weather Widow Wren"
).split()
_FIRST_NAMES = (
    "Ada Amos Bea Bruno Cleo Clyde Dina Dov Edda Elias Faye Felix Greta Gus Hana Hugo Ida Ivo June Jonas Kaya Knut "
    "Lena Lionel Maud Milo Nadia Nico Odette Oskar Pia Percy Rhea Rufus Sena Silas Tilda Theo Una Urban Vera Viggo "
    "Wanda Wes Xenia Yara Zelda Zeno"
).split()
_SURNAMES = [
    begin + end
    for begin, end in product(
        "Ald Bram Cast Dorn Elm Fenn Gar Hask Lind Mar Rook Thorn".split(),
        "ridge bury ell ovan ingham er wick ström".split(),
    )
]
_CYRILLIC = "ми ла то ре ка не во су зи ду ша гро".split()
_KANA = "ア カ サ タ ナ ハ マ ヤ ラ ワ キ シ チ ニ ヒ ミ".split()
_COLORS, _THINGS = len(_FIRST_WORDS), len(_NOUNS)
_FORMS = 16
ACTS = _COLORS * _THINGS * _FORMS
"""How many acts there are names for."""

_KINDS = "Hall,Tavern,Ballroom,Theatre,Lounge,Club,Room,Saloon,Cafe,House,Social,Bar & Grill".split(",")
_SPREAD = 48_271
"""Neighbouring numbers get names that have little in common; it shares no factor with the counts of names."""


@lru_cache(maxsize=1 << 17)
def act_name(number: int) -> str:
    """Name of an act; `number` below ACTS."""
    rest, form = divmod(number * _SPREAD % ACTS, _FORMS)
    thing, color = divmod(rest, _COLORS)
    first, noun, family = _FIRST_WORDS[color], _NOUNS[thing], _SURNAMES[thing]
    person = f"{_FIRST_NAMES[color % 48]} {'J. ' if color >= 48 else ''}{family}"
    match form:
        case 0:
            return f"{first} {noun}"
        case 1:
            return f"The {first} {noun}s"
        case 2:
            return f"{first}{noun.lower()}"
        case 3:
            return f"{person} & the {noun}s"
        case 4:
            return person
        case 5:
            return f"DJ {first} {family}"
        case 6:
            return f"{person} {('Trio', 'Quartet', 'Quintet')[thing % 3]}"
        case 7:
            return f"{person} and {_FIRST_NAMES[thing % 48]} {_SURNAMES[color]}"
        case 8:
            return f"{first}, {noun} & {family}" if color < 24 else f"{family} {noun} {first}"
        case 9:
            return f"{noun}s of {first} {family}"
        case 10:
            return f"Señor {first} {family}" if color < 32 else f"Café {first} {noun}"
        case 11:
            return _syllables(_CYRILLIC, color, thing).capitalize() if color < 24 else f"{first} {noun} Collective"
        case 12:
            return _syllables(_KANA, color, thing) if color < 16 else f"{noun} {first}"
        case 13:
            return f"{first} {noun} (UK)" if color < 16 else f"My {first} {noun}"
        case 14:
            return f"A Tribute to {first} {noun}" if color < 24 else f"{first} {family}"
        case _:
            return f"{person} Band"


def room_name(number: int) -> str:
    """Name of a room: one of some 3,500, so that large worlds have rooms of one name in two cities."""
    rest, kind = divmod(number * _SPREAD % (96 * 12 * 3), 12)
    form, word = divmod(rest, 96)
    if form == 0:
        return f"The {_NOUNS[word]} {_KINDS[kind]}"
    return f"{_FIRST_WORDS[word]} {_KINDS[kind]}" if form == 1 else f"{_SURNAMES[word]}'s {_KINDS[kind]}"


def street(number: int) -> str:
    """A street's name, one of 96."""
    return f"{_NOUNS[number * 7 % 96]} {('Street', 'Avenue', 'Boulevard', 'Road')[number % 4]}"


def _syllables(script: list[str], left: int, right: int) -> str:
    """A word for a pair of numbers, each below the square of the script's length."""
    size = len(script)
    return script[left // size] + script[left % size] + script[right // size % size] + script[right % size]
