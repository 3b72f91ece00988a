"""Vietnamese as people write it, and as machines compare it."""
