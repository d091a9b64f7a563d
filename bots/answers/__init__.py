"""Answers about service items: quoted from the guide, never invented."""
