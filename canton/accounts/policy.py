"""What a new password must be (F39): Django's rules in our words, and not one used before."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    NumericPasswordValidator,
    UserAttributeSimilarityValidator,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .errors import WeakPassword

if TYPE_CHECKING:
    from .models import Staff


def require_fit(password: str, staff: "Staff") -> None:
    """Hold a new password against the rules.

    Raises:
        WeakPassword: it breaks one; the error says which.
    """
    try:
        validate_password(password, staff)
    except ValidationError as error:
        raise WeakPassword(error) from error


class LongEnough(MinimumLengthValidator):
    """Refuses a short password."""

    def get_error_message(self) -> str:
        return _("Too short: at least %(n)s characters.") % {"n": self.min_length}


class NotCommon(CommonPasswordValidator):
    """Refuses what stands in the lists that guessers begin with."""

    def get_error_message(self) -> str:
        return _("Too common: it stands in the lists that guessers begin with.")


class NotDigitsAlone(NumericPasswordValidator):
    """Refuses digits alone."""

    def get_error_message(self) -> str:
        return _("Digits alone are guessed quickly: add letters or signs.")


class NotLikeThePerson(UserAttributeSimilarityValidator):
    """Refuses what is like the number or the name."""

    def get_error_message(self) -> str:
        return _("Too much like your number or name.")


class NotUsedBefore:
    """Refuses the last CANTON_PASSWORD_HISTORY passwords of a person, the one in force among them."""

    def validate(self, password: str, user: "Staff | None" = None) -> None:
        if user is None or user.pk is None or not settings.CANTON_PASSWORD_HISTORY:
            return
        if check_password(password, user.password):
            raise ValidationError(
                _("This is the password you have now; choose another."), code="password_in_force"
            )
        former = user.former_passwords.values_list("password", flat=True)
        if any(check_password(password, each) for each in former[: settings.CANTON_PASSWORD_HISTORY - 1]):
            raise ValidationError(
                _("You had this password before: it must be none of your last %(n)s.")
                % {"n": settings.CANTON_PASSWORD_HISTORY},
                code="password_used_before",
            )

    def get_help_text(self) -> str:
        return _("Not one of your last %(n)s passwords.") % {"n": settings.CANTON_PASSWORD_HISTORY}
