"""Offline: makes the models that the bot answers with."""
