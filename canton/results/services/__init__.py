"""What is decided and written about result packages."""

from .building import Built, build
from .regime import work_off
from .sending import resend, send
from .taking_in import take_result

__all__ = ["Built", "build", "resend", "send", "take_result", "work_off"]
