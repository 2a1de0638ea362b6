"""What is asked of the server, counted in sums that tell of nobody."""
