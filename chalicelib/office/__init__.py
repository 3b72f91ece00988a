"""What the consolidating office does, a verb a file: one door for the pages, the commands and the schedules."""
