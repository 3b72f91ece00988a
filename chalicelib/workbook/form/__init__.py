"""A form as a workbook: the blank template, filling it in, finding its cells again, and its marks."""
