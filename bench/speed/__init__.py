"""Seconds, CPU and memory: of builds, crawls and ingests, and of input that is bad or means harm."""
