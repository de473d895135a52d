"""The school's programme or roadmap and its local acts, kept with their history (measures 1.2–1.4)."""
