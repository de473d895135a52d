"""Users, server-side sessions, one-time links."""
