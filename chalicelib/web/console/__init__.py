"""The console of the consolidating office: its pages, and the permissions they need."""
