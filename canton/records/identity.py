"""What makes two files the same batch."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """A batch is named by (centre, dataset, period, sequence), or, when it has no period, by its SHA-256.

    The same name with another SHA-256 is a correction; one of a file without a period names in `instead_of`
    the SHA-256 of the file whose place it takes.
    """

    centre: str
    dataset: str
    sha256: str
    period: str = ""
    sequence: int | None = None
    instead_of: str = ""

    def __post_init__(self) -> None:
        if bool(self.period) != (self.sequence is not None):
            raise ValueError("a period needs a sequence, and a sequence a period")

    @property
    def named(self) -> bool:
        """Whether period and sequence name it."""
        return bool(self.period)

    def columns(self) -> dict[str, str | int]:
        """The columns, of this room's and the intake's tables, that say which batch it is."""
        if self.sequence is not None:
            return {
                "centre_id": self.centre,
                "dataset": self.dataset,
                "period": self.period,
                "sequence": self.sequence,
            }
        sha256 = self.instead_of or self.sha256
        return {"centre_id": self.centre, "dataset": self.dataset, "period": "", "sha256": sha256}
