"""Makes Word templates of consolidated reports, which their office changes in Word from then on."""
