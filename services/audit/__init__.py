"""Keep who did what and who saw whose data: an append-only log whose every entry seals the one before."""
