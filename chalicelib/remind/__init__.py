"""One moment of a period becomes letters to those who are missing."""
