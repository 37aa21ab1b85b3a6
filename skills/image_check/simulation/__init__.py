"""Simulated photographs of assignments, from which the bundled check of pictures learns."""
