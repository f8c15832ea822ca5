"""Canton: the software of a mobile operator's provincial customer-service centre."""
