"""The embedded stack: a local AWS (MiniStack) started, filled from the real template, and stopped in an orderly way.

`infra.local.stack.Stack` is the way in; `python -m infra.local` is the same from a shell.
"""
