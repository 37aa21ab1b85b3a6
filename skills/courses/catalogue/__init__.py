"""The catalogue of courses, and what learners did with them: read, checked and imported."""
