"""The guided dialogue that takes a petition: asks only for what is missing, and files it once."""
