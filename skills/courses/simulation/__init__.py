"""Simulated learners, of whom the bundled enrolments are made."""
