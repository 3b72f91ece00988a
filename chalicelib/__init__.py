"""tonghop: the report forms of many units, consolidated into one report that can be signed."""

__version__ = "0.2.0"
