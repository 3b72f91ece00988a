"""A form as a workbook: the blank template, how it is filled in, found again, and marked."""
