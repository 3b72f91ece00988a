"""One upload becomes one receipt."""
