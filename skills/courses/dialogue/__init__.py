"""The conversation about courses: wishes, lists, reasons, and what is done with a course."""
