"""VenuePilot, account by account."""

from __future__ import annotations

import re
from typing import Any

from sms_crawlers.errors import BadArgument
from sms_crawlers.platforms.venuepilot import VenuePilotSpider


class VenuepilotSpider(VenuePilotSpider):
    """Rooms of Seattle that have no spider of their own: `scrapy crawl venuepilot -a accounts=2906,194`.

    Without the argument it asks for Baba Yaga's old account (2906), which its own page has left since. The accounts
    of Conor Byrne (194) and of Slim's Last Chance (3482) are those rooms' spiders'. An account's number stands in the
    settings of the widget on a room's page; there is no search by town.
    """

    name = "venuepilot"
    title = "VenuePilot"
    homepage = "https://www.venuepilot.com"
    kind = "api"
    city = "seattle"
    venue = None
    accounts: tuple[int, ...] = (2906,)
    rooms = ("baba_yaga",)
    complete_listing = False
    may_be_empty = True
    trust = 60
    terms = "Public endpoint of the rooms' own widgets, without a key; no terms of use for it known."

    def __init__(self, *args: Any, accounts: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if accounts is not None:
            if not re.fullmatch(r"\d{1,7}(,\d{1,7})*", accounts):
                raise BadArgument(f"-a accounts={accounts}: numbers of accounts, with commas between them")
            self.accounts = tuple(int(number) for number in accounts.split(","))
