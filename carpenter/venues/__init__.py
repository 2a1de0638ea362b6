"""Which mentions of a room are one venue: reading, blocking, scoring, clustering, naming."""
