"""The app, the H5 pages and whoever else builds on our own JSON API."""
