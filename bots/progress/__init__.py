"""Tell citizens how their petitions stand."""
