"""What is in the catalog, for every program: events, their records and words, lineage, runs."""
