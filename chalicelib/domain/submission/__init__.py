"""One submission: how its cells are read, what is checked, and what is decided about it."""
