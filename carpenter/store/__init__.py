"""All SQL of the carpenter: reads raw rows and decisions, writes the catalog and the audit."""
