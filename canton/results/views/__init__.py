"""Screens of result data."""
