"""Rasa projects as skills."""
