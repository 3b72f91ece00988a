"""The Word document: the template, its fields and its sentences."""
