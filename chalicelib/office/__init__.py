"""What the consolidating office does, one verb per file. Pages, commands and schedules call the same functions."""
