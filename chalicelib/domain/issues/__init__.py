"""What can be wrong with an upload: the catalogue of codes, and one issue of it."""
