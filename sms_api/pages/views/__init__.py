"""What pages show, as plain values: from values of the catalog and "now", by pure functions."""
