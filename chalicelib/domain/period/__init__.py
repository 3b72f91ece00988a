"""One period: its figures, totals, targets and deadlines, and the consolidation of them all."""
