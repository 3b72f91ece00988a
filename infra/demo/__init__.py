"""The demonstration: sample workbooks of the 11 districts, sent through their links and consolidated."""
