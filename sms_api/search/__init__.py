"""Search over events, artists and venues: a derived file with full text, followed by the changes of the catalog."""
