"""Publish answered petitions on the open web: masked, opted in by the centre, never with anybody's personal data."""
