"""Events reach listeners at commit, and only then."""

import json

import psycopg
import pytest
from django.db import transaction

from canton.kernel.events import CHANNEL, EventTooLarge, publish


@pytest.mark.django_db(transaction=True)
def test_listeners_learn_at_commit(app_url: str) -> None:
    with psycopg.connect(app_url, autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        with transaction.atomic():
            publish("batches", centre="4401", number="GZ-contacts-1999-01-1", name="广州")
            assert list(listener.notifies(timeout=0.2)) == []
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            publish("batches", centre="4402")
            raise ZeroDivisionError
        heard = [json.loads(notice.payload) for notice in listener.notifies(timeout=20, stop_after=1)]
        heard += [json.loads(notice.payload) for notice in listener.notifies(timeout=0.2)]
    assert heard == [
        {"topic": "batches", "centre": "4401", "number": "GZ-contacts-1999-01-1", "name": "广州"}
    ]


@pytest.mark.django_db
def test_too_many_facts_are_refused() -> None:
    with pytest.raises(EventTooLarge, match="E-EVENT-SIZE"):
        publish("batches", rows="字" * 3000)
