"""The catalog, served: pages for people, REST and feeds for programs."""
