"""Desks, the roadmap page, matrices and summaries: queries and views only."""
