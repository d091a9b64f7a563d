"""Rank service items for a citizen's own words: an immutable index and the matcher over it."""
