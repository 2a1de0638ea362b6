"""Recordings of sources: pages as they were served, and the items that are expected of them."""
