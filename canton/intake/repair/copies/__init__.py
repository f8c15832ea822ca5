"""Corrected copies of files that the steps read by way of a transcript: a module for each way of writing."""
