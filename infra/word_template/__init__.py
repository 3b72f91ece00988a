"""Makes Word templates of consolidated reports, which the office then edits in Word."""
