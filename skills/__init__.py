"""The bundled skills: one folder each, found by the same door as a stranger's."""
