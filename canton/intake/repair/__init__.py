"""Refused rows: kept, put right by people, given back to their city, and how many a file may have (F09)."""
