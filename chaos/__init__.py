"""Faults played against a running house, and what each came to: `make chaos`."""
