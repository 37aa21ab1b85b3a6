"""Review: the turns most worth a person's second, and what a person's word on them teaches."""
