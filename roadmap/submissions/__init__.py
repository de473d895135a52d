"""Drafts, versions, sign-off and review of reports."""
