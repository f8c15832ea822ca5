"""Screens of the query terminal: the builder, saved queries, runs and their results."""
