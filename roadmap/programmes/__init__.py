"""Personal programmes of mentorships: plan, journal of meetings, results, approval."""
