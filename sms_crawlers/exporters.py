"""Feeds (`-O items.jsonl`) in the exchange form, so that `carpenter load` can read what a crawl wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scrapy import Field
from scrapy.exporters import BaseItemExporter, CsvItemExporter, JsonItemExporter, JsonLinesItemExporter

from sms_database.json_text import storable
from sms_database.raw_check import item_json
from sms_text.printable import as_text_cell


class _ExchangeForm(BaseItemExporter):
    """What an exporter writes: the exchange form's fields in their order."""

    def get_serialized_fields(
        self, item: Any, default_value: Any = None, include_empty: bool | None = None
    ) -> Iterable[tuple[str, Any]]:
        """The fields of an item, by name."""
        return super().get_serialized_fields(storable(item_json(item)), default_value, include_empty)


class ExchangeJsonLinesExporter(_ExchangeForm, JsonLinesItemExporter):
    """One item a line. Where a reader has had enough (`| head`), the rest is not written."""

    _reader_is_gone = False

    def export_item(self, item: Any) -> None:
        """Write a line."""
        if self._reader_is_gone:
            return
        try:
            super().export_item(item)
        except BrokenPipeError:
            self._reader_is_gone = True


class ExchangeJsonExporter(_ExchangeForm, JsonItemExporter):
    """One list of items."""


class ExchangeCsvExporter(_ExchangeForm, CsvItemExporter):
    """One item a row, for people: no cell is one that a spreadsheet would run as a formula (`as_text_cell`).

    Programs take JSON lines, which `carpenter load` reads.
    """

    def serialize_field(self, field: Mapping[str, Any] | Field, name: str, value: Any) -> Any:
        """A cell."""
        told = super().serialize_field(field, name, value)
        return told if told is None else as_text_cell(str(told))
