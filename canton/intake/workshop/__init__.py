"""Layouts people make on the screen: begun on a sample, tried, published (F07, F09)."""
