"""Municipalities, schools, yearly cards, dated settings."""
