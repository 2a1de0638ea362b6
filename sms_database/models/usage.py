"""How much the server is used: sums that tell of nobody."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Double
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from sms_database.base import Base
from sms_database.models.raw import one_of
from sms_database.usage import ROLLUP_PERIODS, USAGE_SUBJECTS


class UsageCount(Base):
    """What all processes have counted in one hour. Its words are our own: see `sms_database.usage.USAGE_SUBJECTS`."""

    __tablename__ = "usage_counts"
    __table_args__ = (CheckConstraint(one_of("subject", USAGE_SUBJECTS), name="subject_known"),)

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[int] = mapped_column(BigInteger)
    milliseconds: Mapped[float] = mapped_column(Double)
    """Of all together."""
    by_slowness: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """How many took how long: classes with the upper bounds of `sms_database.usage.SLOWNESS_MS`, and one more."""


class UsageRollup(Base):
    """The same, by day and by week: what stays when the hours are deleted."""

    __tablename__ = "usage_rollups"
    __table_args__ = (
        CheckConstraint(one_of("period", ROLLUP_PERIODS), name="period_known"),
        CheckConstraint(one_of("subject", USAGE_SUBJECTS), name="subject_known"),
    )

    period: Mapped[str] = mapped_column(primary_key=True)
    begins: Mapped[date] = mapped_column(primary_key=True)
    """In UTC; of a week its Monday."""
    subject: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[int] = mapped_column(BigInteger)
    milliseconds: Mapped[float] = mapped_column(Double)
    by_slowness: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
