"""A programme: its units, periods, forms and indicators; how its files are read, changed and renewed."""
