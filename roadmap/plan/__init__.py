"""Editions of the roadmap, measures, deadline rules, occurrences, evidence."""
