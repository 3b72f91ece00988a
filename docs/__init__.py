"""Documents; those that say what the code knows are generated from it."""
