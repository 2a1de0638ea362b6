"""All tables. Importing this package completes `Base.metadata`."""

from sms_database.models.audit import CarpenterRecord, CarpenterRun, Decision, ReviewPair
from sms_database.models.cards import EventCard
from sms_database.models.catalog import (
    Artist,
    ArtistAlias,
    ArtistLink,
    Event,
    EventArtist,
    EventSource,
    Venue,
    VenueAlias,
)
from sms_database.models.changes import Change, Head
from sms_database.models.evidence import KnownName, MentionBlock, RawEvidence, RawPlacement, VenueMention
from sms_database.models.raw import (
    ArtistLookup,
    City,
    CrawlRun,
    DirtyRawEvent,
    Host,
    QuarantinedItem,
    RawEvent,
    RawEventVersion,
    Source,
)
from sms_database.models.reports import Report
from sms_database.models.usage import UsageCount, UsageRollup

__all__ = [
    "Artist",
    "ArtistAlias",
    "ArtistLink",
    "ArtistLookup",
    "CarpenterRecord",
    "CarpenterRun",
    "Change",
    "City",
    "CrawlRun",
    "Decision",
    "DirtyRawEvent",
    "Event",
    "EventArtist",
    "EventCard",
    "EventSource",
    "Head",
    "Host",
    "KnownName",
    "MentionBlock",
    "QuarantinedItem",
    "RawEvent",
    "RawEventVersion",
    "RawEvidence",
    "RawPlacement",
    "Report",
    "ReviewPair",
    "Source",
    "UsageCount",
    "UsageRollup",
    "Venue",
    "VenueAlias",
    "VenueMention",
]
