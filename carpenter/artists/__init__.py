"""Which act of a service an artist is."""
