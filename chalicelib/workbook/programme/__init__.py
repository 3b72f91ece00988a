"""The sổ chương trình: a whole programme as one workbook that an officer writes."""
