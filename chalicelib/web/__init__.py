"""The units' page and the office's console: routes, sessions, page templates, static files."""
