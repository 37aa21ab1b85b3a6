"""Dialogues written down: read from files, played to a bot, and what came of them told."""
