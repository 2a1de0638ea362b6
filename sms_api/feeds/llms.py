"""/llms.txt: what programs that read for people find here, and where (https://llmstxt.org)."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from sms_api.calendar import calendar_of
from sms_api.feeds.formats import FORMATS
from sms_api.pages.rendering import public_url
from sms_api.responses import cacheable
from sms_catalog.cities import Scene, scenes


async def llms_txt(request: Request) -> Response:
    """A page of Markdown."""
    found = await calendar_of(request).catalog.read(scenes)
    body = llms_words(public_url(request), found)
    return cacheable(request, body.encode(), media_type="text/plain; charset=utf-8")


def llms_words(site: str, known: Sequence[Scene]) -> str:
    """The page, for a server at `site` with these scenes."""
    forms = "\n".join(f"- `.{suffix}`: {form.words}" for suffix, form in FORMATS.items())
    calendars = "\n".join(
        f"- [{scene.name}]({site}/{scene.slug}/week.json): seven nights from tonight on; "
        f"[tonight]({site}/{scene.slug}.json), [everything]({site}/bulk/{scene.slug}/manifest.json)"
        for scene in known
    )
    return f"""# Live music calendar

> Concerts, open mics, DJ nights and festivals, copied from what venues and ticket sellers publish, made one calendar
> without doubles. Each event names the listings that it is made of; what none of them tells is null, never guessed.

An event that begins after midnight is counted to the night before. Hours are local to the venue, with its IANA zone
beside them. An event that is cancelled stays, with `status`. Ask anew rather than remember: listings change by the
hour, and answers have an ETag.

## Calendars

{calendars}

## Forms

Every page with shows on it has other forms, under the same address with an ending, before the `?`:

{forms}

## Programs

- [REST]({site}/openapi.json): OpenAPI 3.1; [for reading]({site}/docs)
- [Events]({site}/v1/events): `?city=seattle&when=weekend&free=yes`; what is wrong in it is told, with what may be meant
- [Changes]({site}/v1/changes): what was announced, moved, cancelled, in order, by number

## Optional

- [How it is known]({site}/about)
- [Sources, and how old their word is]({site}/sources)
"""
