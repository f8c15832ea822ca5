"""Packages by HTTPS: tus 1.0 uploads, each request signed as RFC 9421 says; both ends of it."""
