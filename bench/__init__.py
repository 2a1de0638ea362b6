"""Benchmarks: each prints a table with ratios. Run as `python -m bench.NAME` from the top of the checkout."""
