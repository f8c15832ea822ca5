"""Unfinished packages in a neighbour's drop-box, grown piece by piece; SFTP and HTTPS share them.

`in/NAME.zip.part` grows at its end only. With the length and the digest it was announced with, it becomes
`in/NAME.zip`, which hands it over. Whoever writes holds a lock on the file, in whatever process.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from canton.kernel.files import flush

from ..sftp.dropbox import HALVES, PACKAGE, PART, held
from .errors import InUse, NoSpace, Nothing, TooLarge, TooMany, WrongContent, WrongForm, WrongOffset

PIECE = 8 * 2**20  # bytes of one request; what is cut within one is sent again
SPARE = 64 * 2**20  # bytes of the disk that no upload may use up


@dataclass(frozen=True, slots=True)
class Upload:
    """A package on its way into `folder` of the drop-box: its name, and what it will be when it is whole."""

    folder: Path
    name: str
    length: int
    sha256: str

    def __post_init__(self) -> None:
        if not PACKAGE.fullmatch(self.name):
            raise WrongForm(part="filename")

    @property
    def part(self) -> Path:
        return self.folder / (self.name + PART)

    @property
    def whole(self) -> Path:
        return self.folder / self.name

    def offset(self) -> int:
        """Bytes that are there.

        Raises:
            Nothing: it was never begun, or is whole and handed over.
        """
        try:
            return self.part.lstat().st_size
        except FileNotFoundError as error:
            raise Nothing(name=self.name) from error

    def begin(self, *, largest: int) -> int:
        """Make room for it; answer how many bytes are there already, by whatever way they came.

        Raises:
            TooLarge, NoSpace, TooMany, InUse.
        """
        if not 0 < self.length <= largest:
            raise TooLarge(most=largest)
        there = self.part.exists()
        if not there and len(list(self.folder.glob(f"*{PART}"))) >= HALVES:
            raise TooMany
        with self._open(os.O_CREAT) as handle:
            size = os.fstat(handle).st_size
            if size > self.length:  # the rest of another package of this name
                os.ftruncate(handle, 0)
                size = 0
            if shutil.disk_usage(self.folder).free < self.length - size + SPARE:
                if not there:
                    self.part.unlink()
                raise NoSpace
        return size

    def append(self, piece: bytes, *, at: int) -> int:
        """Add a piece where the upload ends; answer where it ends then, on the disk.

        Raises:
            Nothing, WrongOffset, TooLarge (more than was announced), InUse, NoSpace.
        """
        with self._open() as handle:
            size = os.fstat(handle).st_size
            if at != size:
                raise WrongOffset(there=size, given=at)
            if size + len(piece) > self.length:
                raise TooLarge(most=self.length)
            try:
                written = os.pwrite(handle, piece, size)
                os.fsync(handle)
            except OSError as error:
                os.ftruncate(handle, size)
                raise NoSpace from error
            return size + written

    def hand_over(self) -> Path:
        """Give the whole package its name.

        Raises:
            WrongContent: it is not what was announced; it is thrown away, to be sent afresh.
            InUse: a package of this name is being taken in.
        """
        with self._open():
            with self.part.open("rb") as file:
                if file_digest(file, "sha256").hexdigest() != self.sha256:
                    self.part.unlink()
                    raise WrongContent
            try:
                self.whole.hardlink_to(self.part)  # unlike a rename, never in the place of another package
            except FileExistsError as error:
                raise InUse from error
            self.part.unlink()
        flush(self.folder)
        return self.whole

    @contextmanager
    def _open(self, flags: int = 0) -> Iterator[int]:
        try:
            handle = os.open(self.part, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | flags, 0o600)
        except FileNotFoundError as error:
            raise Nothing(name=self.name) from error
        try:
            if not held(handle):
                raise InUse
            yield handle
        finally:
            os.close(handle)
