"""Where packages lie in CANTON_HOME; every folder is made when it is asked for."""

from pathlib import Path

from canton.kernel.configuration import home


def dropbox(centre: str) -> Path:
    """All that a neighbour sees of us by SFTP: `in/` to put packages, `receipts/` and `out/` to fetch."""
    folder = home() / "dropbox" / centre
    (folder / "in").mkdir(parents=True, exist_ok=True)
    for name in ("receipts", "out"):
        (folder / name).mkdir(exist_ok=True)
    return folder


def dropboxes() -> list[Path]:
    """The drop-boxes there are, by centre code."""
    return sorted(folder for folder in (home() / "dropbox").glob("*") if folder.is_dir())


def inbox(centre: str) -> Path:
    """Packages taken in from a neighbour and not yet opened."""
    return _made("inbox", centre)


def inboxes() -> list[Path]:
    return sorted(folder for folder in (home() / "inbox").glob("*") if folder.is_dir())


def outbox() -> Path:
    """Packages of ours whose receipt is outstanding."""
    return _made("outbox")


def receipts_sent() -> Path:
    """Receipts we made, to be given again when the same package comes again."""
    return _made("receipts", "sent")


def receipts_filed() -> Path:
    """Receipts we got, and the refused rows that came with them."""
    return _made("receipts", "filed")


def _made(*parts: str) -> Path:
    folder = home().joinpath(*parts)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
