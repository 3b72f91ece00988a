"""Three programmes of other fields, each written into a blank sổ by following the guide alone, and run end to end."""
