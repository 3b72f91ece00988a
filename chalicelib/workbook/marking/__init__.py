"""The marked copy: the sender's own .xlsx with its wrong cells marked and every other byte unchanged."""
