"""What `scrapy scout` does: from a page that nobody has described to a source with its spider."""
