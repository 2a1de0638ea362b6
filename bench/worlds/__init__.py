"""Made-up worlds with their truth: cities, venues, acts and shows, and how sources list them."""
