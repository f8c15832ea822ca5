"""Screens of the exchange: formats, the data-transmission terminal, and for the operator links and keys."""
