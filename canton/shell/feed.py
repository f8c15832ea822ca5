"""One LISTEN for the whole process, fanned out to the streams that may hear it."""

import asyncio
import json
import logging
from typing import Any

import psycopg
from django.db import connections

from canton.kernel.events import CHANNEL

log = logging.getLogger(__name__)

PROBE_EVERY = 5.0  # seconds of silence after which the connection is tried
ANSWER_WITHIN = 5.0
RETRY_AFTER = (0.5, 1.0, 2.0, 5.0)
BACKLOG = 200  # messages a slow reader may lag behind before it is dropped
TOLD = ("topic", "centre", "id")


class Listener:
    """One open stream: whose events, which topics (none named: all), and what waits to be sent."""

    def __init__(self, centres: frozenset[str], topics: frozenset[str]) -> None:
        self.centres = centres
        self.topics = topics
        self.queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(BACKLOG)
        self.dropped = False

    def may_hear(self, event: dict[str, Any]) -> bool:
        """An event without a centre is for everybody; one with a centre for those whose scope it is in."""
        if self.topics and event.get("topic") not in self.topics:
            return False
        return event.get("centre") in (None, "") or event["centre"] in self.centres

    def offer(self, event: dict[str, Any]) -> None:
        """Queue an event; a reader too slow for its backlog is dropped and will come again."""
        try:
            self.queue.put_nowait(event)
        except asyncio.QueueFull:
            self.dropped = True


class Hub:
    """Listens to the database for all streams of this process."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self.hears = False

    def add(self, listener: Listener) -> None:
        self._listeners.add(listener)

    def remove(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    def start(self) -> None:
        """Begin to listen, if nobody has; must be called in the event loop."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._keep_listening())

    async def stop(self) -> None:
        """Stop listening and let go of the connection."""
        while self._task is not None and not self._task.done():
            self._task.cancel()  # wait_for may swallow one that comes as its future is done (Python < 3.12)
            await asyncio.wait({self._task}, timeout=1)
        self._task, self.hears = None, False

    async def _keep_listening(self) -> None:
        failures = 0
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(_address(), autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self._catch_up(missed=failures > 0)
                    failures = 0
                    await self._listen(connection)
            except (psycopg.Error, OSError, TimeoutError) as lost:
                self.hears = False
                pause = RETRY_AFTER[min(failures, len(RETRY_AFTER) - 1)]
                failures += 1
                log.warning("lost the database (%s); listening again in %s s", type(lost).__name__, pause)
                await asyncio.sleep(pause)

    def _catch_up(self, *, missed: bool) -> None:
        """Listening (again): after a gap every stream is told to look at all it shows."""
        self.hears = True
        for listener in self._listeners if missed else ():
            for topic in listener.topics:
                listener.offer({"topic": topic, "centre": None, "id": None})

    async def _listen(self, connection: psycopg.AsyncConnection[Any]) -> None:
        while True:
            async for notification in connection.notifies(timeout=PROBE_EVERY):
                self.publish(notification.payload)
            await asyncio.wait_for(connection.execute("SELECT 1"), ANSWER_WITHIN)

    def publish(self, payload: str) -> None:
        """Fan one notification out, cut down to what may be told."""
        try:
            facts = json.loads(payload)
            event = {name: facts.get(name) for name in TOLD}
        except (ValueError, AttributeError):
            log.warning("a notification is not one of ours: %.80r", payload)
            return
        for listener in tuple(self._listeners):
            if listener.may_hear(event):
                listener.offer(event)


def _address() -> str:
    known = connections["default"].settings_dict
    return psycopg.conninfo.make_conninfo(
        dbname=known["NAME"], user=known["USER"], password=known["PASSWORD"] or None,
        host=known["HOST"] or None, port=known["PORT"] or None,
        connect_timeout=5, application_name="canton events",
    )  # fmt: skip
