"""Answers about halls: which one, where, when it is open, its telephone, what it handles."""
