"""How the spiders reach hosts: whom they may ask, whose turn it is, what an answer may cost, and if it is whole."""
