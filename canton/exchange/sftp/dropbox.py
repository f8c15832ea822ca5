"""What a neighbour may do in his drop-box: put packages into `in/`, fetch and clear away `receipts/`, `out/`.

A package is uploaded as `in/NAME.zip.part`, in any number of sessions, and renamed to `in/NAME.zip` when it
is whole: the renaming hands it over.
"""

import asyncio
import fcntl
import io
import logging
import os
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import asyncssh
from asyncssh import SFTPAttrs, SFTPFailure, SFTPName, SFTPNoSuchFile, SFTPPermissionDenied

from canton.kernel.files import flush

log = logging.getLogger(__name__)

PACKAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,150}\.zip")
PART = ".part"
TO_FETCH = ("receipts", "out")  # answers, and packages for those we cannot call
FOLDERS = ("", "in", *TO_FETCH)
HALVES = 32  # uploads one neighbour may have begun and not finished


@dataclass(slots=True)
class Upload:
    """An open .part; `path` is its name in the drop-box, held by one session at a time."""

    path: Path
    handle: int


class Download(io.FileIO):
    """An open receipt. A file object, because asyncssh looks for its holes when a client asks for ranges."""


class Desk:
    """What all sessions share: who writes which .part, how large it may grow, and whom to tell of a package.

    committed: called with the path of a package just handed over; it must not block.
    writing: every .part some session has open.
    """

    def __init__(self, *, largest: int, committed: Callable[[Path], None]) -> None:
        self.largest = largest
        self.committed = committed
        self.writing: set[Path] = set()


class DropBox(asyncssh.SFTPServer):
    """One session of one neighbour in the folder `root`, which holds `in` and `receipts`."""

    def __init__(self, chan: "asyncssh.SSHServerChannel[bytes]", *, root: Path, desk: Desk) -> None:
        super().__init__(chan, chroot=os.fsencode(root))
        self._root = root
        self._desk = desk
        self._open: set[Path] = set()

    # --- looking ------------------------------------------------------------------------------------------

    def realpath(self, path: bytes) -> bytes:
        return b"/" + b"/".join(part.encode() for part in self._parts(path))

    def stat(self, path: bytes) -> os.stat_result:
        return self._stat(path)

    def lstat(self, path: bytes) -> os.stat_result:
        return self._stat(path)

    def fstat(self, file_obj: object) -> os.stat_result:
        return os.fstat(_handle(file_obj))

    async def scandir(self, path: bytes) -> AsyncIterator[SFTPName]:
        folder = self._folder(path)
        for entry in sorted(folder.iterdir()):
            try:
                status = entry.lstat()
            except FileNotFoundError:
                continue  # taken in this moment
            if entry.name in FOLDERS or PACKAGE.fullmatch(entry.name.removesuffix(PART)):
                yield SFTPName(entry.name.encode(), attrs=SFTPAttrs.from_local(status))

    # --- putting and fetching -----------------------------------------------------------------------------

    def open(self, path: bytes, pflags: int, attrs: SFTPAttrs) -> Upload | Download:
        folder, name = self._file(path)
        if not pflags & asyncssh.FXF_WRITE:
            if folder not in TO_FETCH or name.endswith(PART):
                raise SFTPPermissionDenied("only receipts/ and out/ can be read")
            return Download(_opened(self._root / folder / name, os.O_RDONLY), "rb")
        if folder != "in" or pflags & asyncssh.FXF_APPEND:
            raise SFTPPermissionDenied("packages are put into in/, not appended to")
        if not name.endswith(PART):
            raise SFTPPermissionDenied(f"upload as {name}{PART}, then rename it to {name}")
        return self._upload(self._root / folder / name, pflags)

    def open56(self, path: bytes, desired_access: int, flags: int, attrs: SFTPAttrs) -> Upload | Download:
        raise SFTPPermissionDenied("speak version 3")

    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        if not isinstance(file_obj, Download):
            raise SFTPPermissionDenied("only receipts/ and out/ can be read")
        return os.pread(file_obj.fileno(), size, offset)

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        if not isinstance(file_obj, Upload):
            raise SFTPPermissionDenied("not opened for writing")
        if offset + len(data) > self._desk.largest:
            raise SFTPPermissionDenied(f"a package may have {self._desk.largest} bytes")
        try:
            return os.pwrite(file_obj.handle, data, offset)
        except OSError as error:
            raise SFTPFailure(error.strerror or "disk") from error

    async def close(self, file_obj: object) -> None:
        try:
            if isinstance(file_obj, Upload):
                await asyncio.to_thread(os.fsync, file_obj.handle)
        finally:
            if isinstance(file_obj, Upload):
                os.close(file_obj.handle)
                self._release(file_obj.path)
            elif isinstance(file_obj, Download):
                file_obj.close()

    def fsync(self, file_obj: object) -> None:
        os.fsync(_handle(file_obj))

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Hand a whole upload over. The name is free again once the package is taken in."""
        (_, part), (folder, name) = self._file(oldpath), self._file(newpath)
        whole = self._root / folder / name
        upload = whole.with_name(part)
        if folder != "in" or part != name + PART or self._parts(oldpath)[0] != "in":
            raise SFTPPermissionDenied(f"only NAME.zip{PART} can be renamed, and to NAME.zip")
        if upload in self._desk.writing:
            raise SFTPFailure("it is still being written to")
        try:
            whole.hardlink_to(upload)  # unlike a rename, never in the place of another package
        except FileExistsError as error:
            raise SFTPFailure("a package of this name is being taken in") from error
        except FileNotFoundError as error:
            raise SFTPNoSuchFile("no such upload") from error
        upload.unlink()
        flush(whole.parent)
        self._desk.committed(whole)

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        self.rename(oldpath, newpath)

    def remove(self, path: bytes) -> None:
        """Clear away a receipt that was fetched, or an upload that is not wanted."""
        folder, name = self._file(path)
        if (folder == "in") != name.endswith(PART) or self._root / folder / name in self._desk.writing:
            raise SFTPPermissionDenied("this cannot be removed")
        try:
            (self._root / folder / name).unlink()
        except FileNotFoundError as error:
            raise SFTPNoSuchFile("no such file") from error

    def exit(self) -> None:
        """The session is over, however it ended; what it was writing may be taken up by another."""
        for path in list(self._open):
            self._release(path)

    # --- everything else ----------------------------------------------------------------------------------

    def setstat(self, path: bytes, attrs: SFTPAttrs) -> None:
        self._file(path)
        _require_no_resize(attrs)

    def lsetstat(self, path: bytes, attrs: SFTPAttrs) -> None:
        self.setstat(path, attrs)

    def fsetstat(self, file_obj: object, attrs: SFTPAttrs) -> None:
        _require_no_resize(attrs)

    def mkdir(self, path: bytes, attrs: SFTPAttrs) -> None:
        raise SFTPPermissionDenied("no folders can be made")

    def rmdir(self, path: bytes) -> None:
        raise SFTPPermissionDenied("no folders can be removed")

    def symlink(self, oldpath: bytes, newpath: bytes) -> None:
        raise SFTPPermissionDenied("no links can be made")

    def link(self, oldpath: bytes, newpath: bytes) -> None:
        raise SFTPPermissionDenied("no links can be made")

    def readlink(self, path: bytes) -> bytes:
        raise SFTPPermissionDenied("there are no links")

    def lock(self, file_obj: object, offset: int, length: int, flags: int) -> None:
        raise SFTPPermissionDenied("no locks")

    def unlock(self, file_obj: object, offset: int, length: int) -> None:
        raise SFTPPermissionDenied("no locks")

    def statvfs(self, path: bytes) -> os.statvfs_result:
        raise SFTPPermissionDenied("not told")

    def fstatvfs(self, file_obj: object) -> os.statvfs_result:
        raise SFTPPermissionDenied("not told")

    # --- names --------------------------------------------------------------------------------------------

    def _parts(self, path: bytes) -> list[str]:
        """The path below the drop-box, resolved by words alone; it cannot lead out, there being no links."""
        parts: list[str] = []
        for part in path.split(b"/"):
            if part == b"..":
                del parts[-1:]
            elif part not in (b"", b"."):
                parts.append(part.decode("ascii", "replace"))
        return parts

    def _folder(self, path: bytes) -> Path:
        parts = self._parts(path)
        if len(parts) > 1 or "".join(parts) not in FOLDERS:
            raise SFTPNoSuchFile("no such folder")
        return self._root.joinpath(*parts)

    def _file(self, path: bytes) -> tuple[str, str]:
        """(folder, name) of a file that may be there."""
        match self._parts(path):
            case ["in" | "receipts" | "out" as folder, name] if PACKAGE.fullmatch(name.removesuffix(PART)):
                return folder, name
        raise SFTPPermissionDenied("only in/, receipts/ and out/NAME.zip, names of letters, digits and . _ -")

    def _stat(self, path: bytes) -> os.stat_result:
        parts = self._parts(path)
        target = self._folder(path) if len(parts) <= 1 else self._root.joinpath(*self._file(path))
        try:
            return target.lstat()
        except FileNotFoundError as error:
            raise SFTPNoSuchFile("no such file") from error

    def _upload(self, path: Path, pflags: int) -> Upload:
        if path in self._desk.writing:
            raise SFTPFailure("it is being uploaded over another connection")
        flags = os.O_WRONLY
        for wanted, flag in ((asyncssh.FXF_CREAT, os.O_CREAT), (asyncssh.FXF_TRUNC, os.O_TRUNC)):
            flags |= flag if pflags & wanted else 0
        if not path.exists() and len(list(path.parent.glob(f"*{PART}"))) >= HALVES:
            raise SFTPFailure("too many uploads are unfinished")
        handle = _opened(path, flags & ~os.O_TRUNC)
        if not held(handle):  # by the HTTPS door, which is another process
            os.close(handle)
            raise SFTPFailure("it is being uploaded over another connection")
        if flags & os.O_TRUNC:
            os.ftruncate(handle, 0)
        self._desk.writing.add(path)
        self._open.add(path)
        return Upload(path, handle)

    def _release(self, path: Path) -> None:
        self._open.discard(path)
        self._desk.writing.discard(path)


def held(handle: int) -> bool:
    """Whether the open file is ours alone until it is closed; False: another process has it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _opened(path: Path, flags: int) -> int:
    try:
        return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except FileNotFoundError as error:
        raise SFTPNoSuchFile("no such file") from error


def _handle(file_obj: object) -> int:
    if isinstance(file_obj, Upload):
        return file_obj.handle
    if isinstance(file_obj, Download):
        return file_obj.fileno()
    raise SFTPFailure("not an open file")


def _require_no_resize(attrs: SFTPAttrs) -> None:
    """Clients like to set times and modes after an upload; that is ignored. Sizes are not theirs to set."""
    if attrs.size is not None:
        raise SFTPPermissionDenied("sizes cannot be set")
