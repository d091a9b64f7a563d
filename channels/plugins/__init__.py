"""Plug-ins of the bot behind HTTP: another system that puts candidates in order or says a question in other words."""
