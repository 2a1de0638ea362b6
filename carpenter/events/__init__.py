"""Which rows of a block are the same show: blocking, scoring, constraints, clustering."""
