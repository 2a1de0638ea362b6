"""Benchmarks: each prints a table with ratios. Run as `python -m bench.speed.NAME` or `python -m bench.quality.NAME`.

Run them from the top of the checkout. bench/worlds/ makes the rows that most of them are given.
"""
