"""What is compared, as the page and the results name it."""

from __future__ import annotations

OURS = "ours"
"""The product's own, in every bench."""

INFLATE, MARKUP = "inflating alone", "expat without handlers"
CALAMINE, OPENPYXL = "calamine, reading alone", "openpyxl read-only, reading alone"
PANDAS_CALAMINE, PANDAS_OPENPYXL = "pandas with calamine, reading alone", "pandas with openpyxl, reading alone"
READING = "ours, reading alone"
PYDANTIC, FRICTIONLESS = "pydantic over openpyxl, one sheet of six", "frictionless, one sheet of six"
CHECK, CHECKS = "its check", "the checks alone, one by one"
BOTO, READY = "boto3 with two clients", "ours, with its own two clients and a first check"
TOGETHER = "what belongs together in one call"
BARE, CONSTANT = "XlsxWriter, the same cells bare", "XlsxWriter in constant memory, the same cells bare"
BARE_OPENPYXL = "openpyxl write-only, the same cells bare"
FIGURES = "ours, the figures alone"
LAMBDA = "what Lambda gives: 5 minutes, 1,769 MB"
HANDLER = "a handler that only notes its call, behind a queue of its own"
CALLING = "a handler that makes the same three calls, and does no work"
FEW = 11
FEW_UNITS = f"the page of {FEW} units"
