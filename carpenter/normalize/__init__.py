"""From a raw row to a reading, in two passes: facts that other rows need, then all that the row says."""
