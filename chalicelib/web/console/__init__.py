"""The console of the consolidating office: its pages, and who may see them."""
