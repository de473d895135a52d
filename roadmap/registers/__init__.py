"""Who mentors whom: people and their consents, mentorships, contradictions, and the registers as on a date."""
