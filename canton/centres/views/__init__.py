"""Screens of the organisation, the territory and the calendars."""
