"""Departments with a system of their own: signed pushes to it, signed actions from it (docs/departments-interface.md)."""
