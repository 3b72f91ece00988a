"""The embedded stack: starts a local AWS (MiniStack), deploys the real template into it, and stops it cleanly.

Python code uses `infra.local.stack.Stack`; the shell uses `python -m infra.local`.
"""
