"""The bot as a service: what is delivered, answered and sent, each once, by several processes."""
