"""What a row says: by itself (first pass), and once the names that others prove are known (listing)."""
