"""One period becomes one edition of the consolidated report."""
