"""Telling the open screens that something has happened: PostgreSQL's NOTIFY on one channel."""

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils.translation.trans_null import gettext_noop

from .errors import CantonError

CHANNEL = "canton"
LIMIT = 7_900  # bytes; PostgreSQL takes less than 8,000 in one notification


class EventTooLarge(CantonError):
    """More facts than a notification holds: publish what changed, not its content."""

    code = "E-EVENT-SIZE"
    text = gettext_noop("The event “%(topic)s” is too large to publish.")


def publish(topic: str, **facts: object) -> None:
    """Publish {"topic": topic, **facts} to every listener when the transaction in force commits.

    Facts must be JSON and should name the centre concerned, because listeners filter by it.

    Raises:
        EventTooLarge: more than 7,900 bytes.
    """
    payload = json.dumps({"topic": topic, **facts}, cls=DjangoJSONEncoder, ensure_ascii=False)
    if len(payload.encode()) > LIMIT:
        raise EventTooLarge(topic=topic)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])
