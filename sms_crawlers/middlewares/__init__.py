"""What stands between the engine, the network and the spiders: manners, guards, and records of what was met."""
