"""A centre and its boxes: what is written to a stick for one, what is read from it, what ends."""
