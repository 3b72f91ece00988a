"""The page of a unit, behind its link."""
