"""The units' page and PV05's console: routes, sessions, page templates, static files."""
