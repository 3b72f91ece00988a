"""Bytes to cells: what was sent is guarded, read and addressed, and nothing in it is interpreted."""
