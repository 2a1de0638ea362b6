"""The commands of `python -m carpenter`, a module for each noun."""
