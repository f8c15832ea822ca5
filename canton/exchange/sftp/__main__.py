"""`python -m canton.exchange.sftp`: the SFTP server of a centre, until SIGTERM or SIGINT."""

import asyncio
import os
import signal

import django


async def serve() -> None:
    """Listen on CANTON_HOST (127.0.0.1) and CANTON_SFTP_PORT (8022)."""
    from django.conf import settings

    from canton.exchange import keys

    from .server import House, Limits

    house = House(
        Limits(
            packed=settings.CANTON_PACKAGE_BYTES,
            sessions=settings.CANTON_SFTP_SESSIONS,
            sessions_each=settings.CANTON_SFTP_SESSIONS_EACH,
        )
    )
    host, port = os.environ.get("CANTON_HOST", "127.0.0.1"), int(os.environ.get("CANTON_SFTP_PORT", "8022"))
    acceptor = await house.serve(host, port, keys.host())
    sweeping = asyncio.create_task(house.sweep_for_ever(acceptor))
    over = asyncio.Event()
    for order in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(order, over.set)
    await over.wait()
    sweeping.cancel()
    acceptor.close()
    await acceptor.wait_closed()
    await house.settle()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canton.settings")
    django.setup()
    asyncio.run(serve())
