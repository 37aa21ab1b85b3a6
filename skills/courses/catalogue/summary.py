"""What was read of a file and what was refused, for people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from skills.courses.catalogue.tables import Remark


@dataclass(frozen=True, slots=True)
class Summary:
    """Every row of a file is either read or refused with a reason; printed, it says which."""

    file: Path
    read: int
    refused: tuple[Remark, ...] = ()
    mended: tuple[Remark, ...] = ()
    """Rows that were read, but not all of what stands in them."""
    unused: tuple[str, ...] = ()
    """Columns of the file that nothing was read from."""

    def __str__(self) -> str:
        remarks = sorted((*self.refused, *self.mended), key=lambda each: each.line)
        return "\n".join([self.headline, *(f"  line {each.line}: {each.text}" for each in remarks)])

    @property
    def headline(self) -> str:
        """The figures in one line."""
        mended = f", {len(self.mended)} of them in part" if self.mended else ""
        unused = f"; not used: {', '.join(self.unused)}" if self.unused else ""
        counts = f"{_rows(self.read)} read{mended}, {len(self.refused)} refused"
        return f"{self.file.name}: {counts}{unused}"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
