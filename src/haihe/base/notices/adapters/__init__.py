"""Engines behind the port of carriers.py: a mail server, a short-message interface."""
