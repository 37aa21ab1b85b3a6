"""The model that ranks courses for a history: views of it, and the net that fuses them."""
