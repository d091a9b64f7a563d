"""Scores one part of the system against a file: one JSON object per row, then totals. Imported by nobody."""
