"""The names of months and weekdays in English, and their abbreviations, as titles and pages print them."""

from __future__ import annotations

from collections.abc import Mapping

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""In the order of `date.weekday`."""

MONTH_ABBREVIATIONS = tuple(name[:3].lower() for name in MONTHS)
WEEKDAY_ABBREVIATIONS = tuple(name[:3].lower() for name in WEEKDAYS)

MONTH_NUMBERS: Mapping[str, int] = {
    spelled: number
    for number, name in enumerate(MONTHS, 1)
    for spelled in dict.fromkeys((name.lower(), name[:3].lower()))
}
"""Each month's name and its first three letters, in small letters, with its number: 1 is January."""

MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
"""A month in a pattern that takes no notice of capitals; the parentheses around it are the pattern's own."""
