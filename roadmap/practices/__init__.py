"""Successful practices and their scoring, events that spread them, and communities (measures 4.1–4.3)."""
