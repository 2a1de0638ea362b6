"""Which night a row belongs to, and where a show has moved."""
