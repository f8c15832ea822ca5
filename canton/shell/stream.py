"""The events process: server-sent events for open screens, on a port of its own (granian ASGI).

    GET /events?topics=batches,links      text/event-stream, for staff who have signed in on the web port

Each message is {"topic", "centre", "id"}: what changed, never its content; the page fetches that again and
the web process checks the scope. A `beat` every ten seconds says that the stream lives (an event, because a
script cannot see comments); there is none while the database is out of reach, so that a page knows it is
stale. A reader that cannot take a message within ten seconds is dropped. A stream ends after ten minutes and
the browser opens it again: a session that was ended meanwhile does not get in (WHATWG HTML, 9.2).
"""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import django
from asgiref.sync import sync_to_async

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canton.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402
from django.http import parse_cookie  # noqa: E402
from django.http.request import split_domain_port, validate_host  # noqa: E402

from .feed import Hub, Listener  # noqa: E402
from .watchers import Watcher, watcher_of  # noqa: E402

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

BEAT_EVERY = 10.0  # seconds
TAKEN_WITHIN = 10.0
LIFETIME = 600.0
STREAM_HEADERS: Headers = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # a proxy must not hold it back
]
BEAT = b"event: beat\ndata: {}\n\n"
hub = Hub()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI: the life of the process, and GET /events; nothing else is here."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http":
        await _answer(scope, receive, send)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            hub.start()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await hub.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if scope["path"] != "/events":
        return await _refuse(send, 404)
    if scope["method"] != "GET":
        return await _refuse(send, 405, [(b"allow", b"GET")])
    host = headers.get("host", "")
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        return await _refuse(send, 400)
    origin = headers.get("origin", "")
    if origin and origin not in web_origins(scope.get("scheme", "http"), host):
        return await _refuse(send, 403)
    watcher = await _signed_in(headers.get("cookie", ""))
    shared = _shared_with(origin)
    if watcher is None:
        return await _refuse(send, 401, shared)
    topics = frozenset(
        filter(None, parse_qs(scope["query_string"].decode()).get("topics", [""])[0].split(","))
    )
    await _stream(Listener(watcher.centres, topics), receive, send, shared)


def web_origins(scheme: str, host: str) -> Iterable[str]:
    """Where our own pages come from: this host on the web port; without a port when a proxy hides ours."""
    name = split_domain_port(host)[0]
    given = urlsplit(f"//{host}")
    own = {f"{scheme}://{name}:{settings.CANTON_WEB_PORT}"}
    return own | ({f"{scheme}://{name}"} if given.port is None else set())


async def _signed_in(cookies: str) -> Watcher | None:
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME, "")
    return await sync_to_async(watcher_of, thread_sensitive=False)(key) if key else None


def _shared_with(origin: str) -> Headers:
    shared: Headers = [(b"vary", b"Origin, Cookie")]
    if origin:
        shared += [
            (b"access-control-allow-origin", origin.encode()),
            (b"access-control-allow-credentials", b"true"),
        ]
    return shared


async def _refuse(send: Send, status: int, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    start = {
        "type": "http.response.start",
        "status": status,
        "headers": [(b"content-length", b"0"), *headers],
    }
    await send(start)
    await send({"type": "http.response.body", "body": b""})


async def _stream(listener: Listener, receive: Receive, send: Send, headers: Headers) -> None:
    hub.start()
    hub.add(listener)
    gone = asyncio.create_task(_gone(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": [*STREAM_HEADERS, *headers]})
        await _body(send, b"retry: 2000\n\n")
        end = asyncio.get_running_loop().time() + LIFETIME
        while not listener.dropped and asyncio.get_running_loop().time() < end:
            message = await _next(listener, gone)
            if gone.done():
                return
            await _body(send, message)
        await _body(send, b"", more=False)
    except (TimeoutError, OSError):
        pass  # too slow, or the browser has left; it comes again by itself
    finally:
        hub.remove(listener)
        gone.cancel()


async def _body(send: Send, body: bytes, *, more: bool = True) -> None:
    async with asyncio.timeout(TAKEN_WITHIN):
        await send({"type": "http.response.body", "body": body, "more_body": more})


async def _next(listener: Listener, gone: asyncio.Task[None]) -> bytes:
    """The next message; a beat when there was none for a while; a comment when the database is not heard."""
    waiting = asyncio.create_task(listener.queue.get())
    try:
        both: set[asyncio.Task[Any]] = {waiting, gone}
        await asyncio.wait(both, timeout=BEAT_EVERY, return_when=asyncio.FIRST_COMPLETED)
        if waiting.done():
            return f"data: {json.dumps(waiting.result(), ensure_ascii=False)}\n\n".encode()
    finally:
        waiting.cancel()
    return BEAT if hub.hears else b": the database is out of reach\n\n"


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
