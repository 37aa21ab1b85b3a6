"""Reads files of rows with named columns: CSV with a header, or JSON Lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import DataError
from skills.courses.catalogue.fields import Text

CSV, JSON_LINES = (".csv", ".tsv"), (".jsonl", ".ndjson")
SEPARATORS = ",;\t"
Columns = Mapping[str, Collection[str]]
"""The name of each column, with the other names that it may have."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to be said about a line of a file."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """What stands in a row, by the names of the columns; empty cells are left out."""

    line: int
    values: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, and what could not be read of it."""

    rows: Sequence[Row]
    refused: Sequence[Remark]
    unused: tuple[str, ...] = ()
    """Columns of the file that nobody asked for."""


@dataclass
class _Reading:
    columns: Columns
    rows: list[Row] = field(default_factory=list)
    refused: list[Remark] = field(default_factory=list)
    unused: dict[str, None] = field(default_factory=dict)

    def names(self, header: Sequence[str]) -> list[str]:
        """Give the column of each name in a header; empty for what nobody asked for."""
        plain = [name.strip().casefold() for name in header]
        chosen = {
            next((plain.index(name) for name in (column, *others) if name in plain), -1): column
            for column, others in self.columns.items()
        }
        found = [chosen.get(place, "") for place in range(len(plain))]
        self.unused |= {name: None for name, known in zip(header, found, strict=True) if not known}
        return found

    def refuse(self, line: int, text: str) -> None:
        self.refused.append(Remark(line, text))

    def table(self) -> Table:
        return Table(self.rows, self.refused, tuple(self.unused))


def read_table(file: Path, columns: Columns, required: Collection[str]) -> Table:
    """Read a file of rows; a row that cannot be read is refused, and the others are read on."""
    try:
        content = file.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise DataError(f"{file} cannot be read ({error.strerror}). Check its name.") from error
    if file.suffix in CSV:
        return _from_csv(file, content, columns, required)
    if file.suffix in JSON_LINES:
        return _from_json_lines(content, columns)
    raise DataError(f"{file} should end in {' or '.join((*CSV, *JSON_LINES))}. Rename it.")


def _from_csv(file: Path, content: bytes, columns: Columns, required: Collection[str]) -> Table:
    text = _decoded(file, content)
    first = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    reading = _Reading(columns)
    records = _records(reader, reading)
    _, header = next(records, (1, []))
    names = reading.names(header)
    for column in required:
        if column not in names:
            raise DataError(f"{file}, line 1: {_wrong_header(column, columns[column], header)}")
    for line, cells in records:
        if len(cells) != len(names):
            reading.refuse(line, f"There are {len(cells)} cells, and {len(names)} in the header.")
            continue
        values = {name: cell for name, cell in zip(names, cells, strict=True) if name}
        reading.rows.append(Row(line, {name: cell for name, cell in values.items() if cell}))
    return reading.table()


def _decoded(file: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{file}, line {line}: This is not UTF-8. Save the file in the encoding UTF-8."
        ) from error


def _records(reader: Any, reading: _Reading) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each record with its first line; blank lines are skipped."""
    while True:
        line = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            reading.refuse(line, f"From here on this is no CSV ({error}). Check its quotes.")
            continue
        if cells:
            yield line, cells


def _wrong_header(column: str, others: Collection[str], header: Sequence[str]) -> str:
    there = ", ".join(header) or "none"
    return (
        f"There is no column '{column}' (nor {', '.join(others)}), only: {there}. "
        "Name the columns in the first line."
    )


def _from_json_lines(content: bytes, columns: Columns) -> Table:
    reading = _Reading(columns)
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            fields = _fields(line)
            names = reading.names(list(fields))
            values = {n: _text(v) for n, v in zip(names, fields.values(), strict=True) if n}
        except (ValueError, RecursionError) as error:
            reading.refuse(number, f"This is no JSON object of texts, numbers and lists: {error}.")
            continue
        reading.rows.append(Row(number, {name: value for name, value in values.items() if value}))
    return reading.table()


def _fields(line: bytes) -> dict[str, Any]:
    found = json.loads(line.decode("utf-8"))
    if not isinstance(found, dict):
        raise ValueError("it has no '{'")
    return found


def _text(value: Any) -> Text:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case str() | int() | float():
            return str(value).strip().encode().decode()  # refuses half a character
        case list():
            return tuple(str(_text(item)) for item in value)
        case _:
            raise ValueError("an object stands inside it")
