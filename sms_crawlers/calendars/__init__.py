"""iCalendar (RFC 5545): text, zones, rules of recurrence and the series that they make."""
