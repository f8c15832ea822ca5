"""The event stream on a real PostgreSQL: who may listen, what they hear, and what a lost database does."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from canton.accounts.sessions import SessionStore
from canton.kernel import events
from canton.shell import feed, stream

pytestmark = pytest.mark.django_db(transaction=True)
HOST = b"127.0.0.1:8001"
OURS = f"http://127.0.0.1:{settings.CANTON_WEB_PORT}".encode()
SOON = 30.0  # seconds


class Browser:
    """As much of an ASGI server and a browser as a stream needs."""

    def __init__(
        self, cookie: str = "", origin: bytes = OURS, query: bytes = b"topics=batches", **scope: Any
    ) -> None:
        headers = [(b"host", HOST), (b"origin", origin)]
        if cookie:
            headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode()))
        self.scope = {
            "type": "http", "method": "GET", "path": "/events", "scheme": "http",
            "headers": headers, "query_string": query, **scope,
        }  # fmt: skip
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.messages: asyncio.Queue[str] = asyncio.Queue()
        self.left = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        elif message.get("body"):
            self.messages.put_nowait(message["body"].decode())

    async def answer(self) -> "Browser":
        await asyncio.wait_for(stream.application(self.scope, self.receive, self.send), SOON)
        return self

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Browser"]:
        task = asyncio.create_task(stream.application(self.scope, self.receive, self.send))  # type: ignore[arg-type]
        try:
            assert (await self.next()).startswith("retry:")
            yield self
        finally:
            self.left.set()
            await asyncio.wait_for(task, SOON)

    async def next(self) -> str:
        return await asyncio.wait_for(self.messages.get(), SOON)

    async def heard(self) -> dict[str, Any]:
        """The next event that is no beat."""
        while not (message := await self.next()).startswith("data: "):
            pass
        told: dict[str, Any] = json.loads(message.removeprefix("data: "))
        return told


def session_of(staff: Any) -> str:
    store = SessionStore()
    store.update(
        {
            SESSION_KEY: str(staff.pk),
            BACKEND_SESSION_KEY: "canton.accounts.backends.RoleBackend",
            HASH_SESSION_KEY: staff.get_session_auth_hash(),
        }
    )
    store.save()
    return str(store.session_key)


def run(scenario: Coroutine[Any, Any, None]) -> None:
    async def whole() -> None:
        stream.hub.start()
        try:
            for _ in range(100):
                if stream.hub.hears:
                    break
                await asyncio.sleep(0.05)
            await scenario
        finally:
            await stream.hub.stop()

    asyncio.run(whole())


async def publish(topic: str, **facts: object) -> None:
    await asyncio.to_thread(_publish, topic, facts)


def _publish(topic: str, facts: dict[str, object]) -> None:
    from django.db import connection

    try:
        events.publish(topic, **facts)
    finally:
        connection.close()


def test_staff_hear_their_own_scope_and_topics_and_no_more_than_three_facts(
    clerk: Callable[..., Any], city: Any
) -> None:
    province, town = session_of(clerk()), session_of(clerk(centre=city))

    async def scenario() -> None:
        async with Browser(province).listening() as above, Browser(town).listening() as below:
            assert above.status == 200
            assert above.headers[b"access-control-allow-origin"] == OURS
            assert above.headers[b"access-control-allow-credentials"] == b"true"
            await publish("links", centre="4401", id="wrong topic")
            await publish("batches", centre="45", id="another province")
            await publish("batches", centre="4403", id="SZ-1", number="13800138000")
            await publish("batches", id="for everybody")
            assert await above.heard() == {"topic": "batches", "centre": "4403", "id": "SZ-1"}
            assert (await above.heard())["id"] == "for everybody"
            assert (await below.heard())["id"] == "for everybody"

    run(scenario())


def test_strangers_other_sites_and_those_who_left_hear_nothing(clerk: Callable[..., Any]) -> None:
    staff = clerk()
    known = session_of(staff)
    gone = clerk("agent")
    former = session_of(gone)
    gone.is_active = False
    gone.save()

    async def scenario() -> None:
        assert (await Browser().answer()).status == 401
        assert (await Browser("forged").answer()).status == 401
        assert (await Browser(former).answer()).status == 401
        assert (await Browser(known, origin=b"http://evil.example").answer()).status == 403
        assert (await Browser(known, origin=b"http://127.0.0.1:9").answer()).status == 403
        assert (await Browser(known, method="POST").answer()).status == 405
        assert (await Browser(known, path="/").answer()).status == 404
        elsewhere = Browser(known)
        elsewhere.scope["headers"] = [(b"host", b"evil.example")]
        assert (await elsewhere.answer()).status == 400

    run(scenario())


def test_after_a_lost_connection_it_listens_again_and_tells_to_look_at_everything(
    clerk: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = session_of(clerk())
    monkeypatch.setattr(feed, "RETRY_AFTER", (0.1,))
    monkeypatch.setattr(stream, "BEAT_EVERY", 0.1)

    async def scenario() -> None:
        async with Browser(key).listening() as page:
            assert (await page.next()).startswith("event: beat")
            await asyncio.to_thread(_cut_off)
            assert await page.heard() == {"topic": "batches", "centre": None, "id": None}
            await publish("batches", centre="4401", id="GZ-1")
            assert (await page.heard())["id"] == "GZ-1"

    run(scenario())


def _cut_off() -> None:
    """As a database that restarts does to its clients."""
    with psycopg.connect(feed._address(), autocommit=True) as session:
        session.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'canton events' AND usename = current_user AND pid <> pg_backend_pid()"
        )


def test_no_beat_while_the_database_cannot_be_heard(
    clerk: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = session_of(clerk())
    monkeypatch.setattr(stream, "BEAT_EVERY", 0.1)

    async def scenario() -> None:
        async with Browser(key).listening() as page:
            monkeypatch.setattr(stream.hub, "hears", False)
            while not (message := await page.next()).startswith(":"):
                pass
            assert "out of reach" in message

    run(scenario())


def test_a_reader_that_lags_behind_is_dropped() -> None:
    listener = feed.Listener(frozenset({"4401"}), frozenset())
    for _ in range(feed.BACKLOG):
        listener.offer({"topic": "batches"})
    assert not listener.dropped
    listener.offer({"topic": "batches"})
    assert listener.dropped


def test_it_stops_at_once_also_while_it_is_connecting() -> None:
    async def scenario() -> None:
        hub = feed.Hub()
        for pause in (0, 0.001, 0.003, 0.01, 0.03):
            hub.start()
            await asyncio.sleep(pause)
            await asyncio.wait_for(hub.stop(), SOON)
            assert not hub.hears

    asyncio.run(scenario())
