"""What a group of rows says as one event: survivorship field by field, and people's corrections."""
