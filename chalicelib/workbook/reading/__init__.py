"""Bytes to cells: guards, reads and addresses what was sent, without interpreting it."""
