"""What a message asks for: its wishes, what it points at and what it does not want."""
