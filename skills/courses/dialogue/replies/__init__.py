"""What is answered: lists with reasons, comparisons, and what to give up."""
