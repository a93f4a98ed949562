"""Seconds on a slow link: a real browser, the shipped nginx file, a link made in user space."""
