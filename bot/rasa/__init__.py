"""Rasa projects as skills: domain, rules, stories, forms and actions as they are."""
