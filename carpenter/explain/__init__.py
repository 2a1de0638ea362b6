"""Why the catalog says what it says, read again from the rows, and what a decision would change."""
