"""A title to a bill."""
