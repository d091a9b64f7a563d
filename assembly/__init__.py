"""Build every part of the system and wire them together, a room a module; holds no rule of the city. server.py starts it."""
