"""What can go wrong between centres: one class for each failure, with a code that never changes."""


class UnknownFormat(LookupError):
    """There is no format of this name and version."""

    code = "E-FORMAT-UNKNOWN"
