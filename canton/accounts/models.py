"""Staff who sign in, and the roles they hold (F04)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from canton.centres.models import Centre, Department, Desk

from . import devices, tokens
from .choices import Role
from .roles import OWN_DOOR, permissions_of


class StaffRegister(BaseUserManager["Staff"]):
    """Makes accounts; the name is Django's, the register is ours."""

    def create_user(self, number: str, password: str | None = None, **fields: object) -> "Staff":
        staff = self.model(number=number, **fields)
        staff.set_password(password)
        staff.save(using=self._db)
        return staff

    def at_the_door(self) -> "models.QuerySet[Staff]":
        """Accounts with all that every request asks of them, in one query."""
        among = Func(
            OuterRef("further_roles"),
            F("role"),
            function="array_position",
            output_field=models.IntegerField(),
        )
        rules = RoleRule.objects.filter(requires_code=True).alias(among=among)
        rules = rules.filter(Q(role=OuterRef("role")) | Q(among__isnull=False))
        return self.select_related("centre", "second_factor").annotate(code_required=Exists(rules))


class Staff(AbstractBaseUser):
    """A person who works at a centre; signs in with a staff number (工号)."""

    number = models.CharField(_("staff number"), max_length=12, unique=True)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=40)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="staff")
    role = models.CharField(_("role"), max_length=24, choices=Role.choices)
    further_roles = ArrayField(models.CharField(max_length=24), verbose_name=_("further roles"), default=list)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="staff", null=True, verbose_name=_("department")
    )
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="staff", null=True, verbose_name=_("desk"))
    language = models.CharField(_("language of the screens"), max_length=8, blank=True)  # empty: as the desk
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)
    password_set_at = models.DateTimeField(_("password set"), default=timezone.now)
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    version = models.PositiveIntegerField(default=1)  # counts changes, so that two editors notice each other

    USERNAME_FIELD = "number"
    REQUIRED_FIELDS = ["name"]
    objects = StaffRegister()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def roles(self) -> tuple[str, ...]:
        """All roles of the person, the main one first."""
        return (self.role, *self.further_roles)

    @property
    def role_names(self) -> list[str]:
        """What the roles are called in the reader's language."""
        return [str(Role(role).label) for role in self.roles if role in Role.values]

    @property
    def has_factor(self) -> bool:
        """Whether a second factor is enrolled."""
        return hasattr(self, "second_factor")

    @property
    def needs_factor(self) -> bool:
        """Whether a role requires a second factor; known of whoever came through the door (`at_the_door`)."""
        return bool(getattr(self, "code_required", False))

    @property
    def must_enrol(self) -> bool:
        """Whether a role requires a second factor and there is none; until then roles count for nothing."""
        return self.needs_factor and not self.has_factor

    def has_perm(self, permission: str, obj: object | None = None) -> bool:
        """Whether one of the roles may do this (canton.accounts.roles)."""
        if self.must_enrol and permission not in OWN_DOOR:
            return False
        return self.is_active and permission in permissions_of(*self.roles)

    def password_expires_at(self) -> datetime:
        """When the password must have been changed (F39: CANTON_PASSWORD_DAYS after it was set)."""
        return self.password_set_at + timedelta(days=settings.CANTON_PASSWORD_DAYS)

    def password_days_left(self, now: datetime) -> int | None:
        """Whole days until the password expires, once it is time to say so; None before and after."""
        left = self.password_expires_at() - now
        soon = timedelta() < left <= timedelta(days=settings.CANTON_PASSWORD_WARN_DAYS)
        return left.days if soon else None

    def password_due(self, now: datetime) -> bool:
        """Whether nothing else may be done before the password is changed."""
        return self.must_change_password or now >= self.password_expires_at()

    def has_perms(self, permissions: list[str], obj: object | None = None) -> bool:
        return all(self.has_perm(permission, obj) for permission in permissions)


class FormerPassword(models.Model):
    """A password a person had before, hashed; the policy says how many are remembered (F39)."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="former_passwords")
    password = models.CharField(max_length=128)  # as Staff.password
    replaced_at = models.DateTimeField()

    class Meta:
        ordering = ["-replaced_at", "-pk"]


class PasswordLink(models.Model):
    """A link by which a person sets a new password, once (F39); the token itself is kept nowhere."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="password_links")
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the token, hexadecimal
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=12, blank=True)  # staff number; empty for the command line
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-pk"]

    def good(self, now: datetime) -> bool:
        """Whether it still sets a password."""
        return self.used_at is None and now < self.expires_at and self.staff.is_active


class Session(AbstractBaseSession):
    """A browser somebody signed in with; deleting the row ends it (canton.accounts.sessions)."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="sessions", null=True)
    agent = models.CharField(max_length=devices.AGENT_LENGTH, blank=True)  # User-Agent header
    address = models.GenericIPAddressField(null=True)
    began_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)  # to the minute

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        indexes = [models.Index(fields=["staff", "-seen_at"], name="sessions_of_a_person")]

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        store: type[SessionBase] = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
        return store

    @property
    def mark(self) -> str:
        """What pages call the session; its key would let anybody in who reads it."""
        return tokens.digest(self.session_key)[:20]

    @property
    def device(self) -> str:
        """Browser and system, in words."""
        return devices.in_words(self.agent)


class SecondFactor(models.Model):
    """An authenticator a person enrolled (TOTP, RFC 6238); its secret is sealed (canton.accounts.sealing)."""

    staff = models.OneToOneField(Staff, models.CASCADE, related_name="second_factor")
    sealed_key = models.CharField(max_length=200)
    enrolled_at = models.DateTimeField()
    last_step = (
        models.BigIntegerField()
    )  # time step of the last code taken; none of it or before is taken again
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)


class RecoveryCode(models.Model):
    """A code that stands in for the authenticator, once."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)  # canton.accounts.codes.recovery_digest
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["factor", "digest"], name="recovery_code_once")]


class RoleRule(models.Model):
    """What administrators decided about a role; a role without a row requires nothing."""

    role = models.CharField(max_length=24, choices=Role.choices, primary_key=True)
    requires_code = models.BooleanField(default=False)
