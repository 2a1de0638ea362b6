"""From a title and a source's list of performers to a bill: parsers, and the values between them."""
