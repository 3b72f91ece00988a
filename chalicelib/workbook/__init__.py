"""Excel in and out: the only room that knows cells."""
