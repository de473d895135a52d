"""Verification of detached and attached CMS (CAdES) signatures with pip packages only.

Pure: no Flask, no database. ``verify.verify`` judges bytes, ``files.verify_files`` judges files on disk; both
always return a ``verdict.Verdict`` of separate facts. It is the server's own check, never a legal conclusion.

Not covered, and said so in the messages where it matters: time stamps (CAdES-T and above), OCSP, name
constraints, GOST R 34.10-2001 and older, SHA-1.
"""
