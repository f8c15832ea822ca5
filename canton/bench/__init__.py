"""Measuring the processing and the report against bare engines and other systems, on files made for it."""
