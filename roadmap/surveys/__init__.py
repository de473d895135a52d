"""Questionnaires of mentors and mentees before and after, and what is counted from them."""
