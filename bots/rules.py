"""Name the rules that decide by themselves and that others must recognise; others are named where they decide."""

NONE_OF_THESE = "none_of_these"
"""Nothing in a menu was meant."""
MISSES = "misses"
"""Nothing was understood several times in a row, so a human was named."""
DOWNVOTED = "downvoted"
"""The answer before was said to be of no use."""
