"""The build: extract, resolve venues, assign blocks, build blocks, write, until nothing is dirty."""
