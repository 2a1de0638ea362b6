"""A run of a spider: its process and limits, what it counts, its row in the database, and the verdict on it."""
