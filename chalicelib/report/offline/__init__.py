"""An edition from files alone: a folder of workbooks, and what an office has of earlier reports."""
