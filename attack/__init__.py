"""Attacks played against a house of fictitious people, and what they came to: `make attack`."""
