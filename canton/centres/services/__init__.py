"""Changing the organisation, the territory and the calendars."""
