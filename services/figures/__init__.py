"""Count what became of petitions by unit, class, district and day, so that any figure can be recomputed from events."""
