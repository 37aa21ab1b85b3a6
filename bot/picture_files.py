"""Reads files of strangers in a bounded way, and says by their first bytes what they are."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from bot.errors import PictureError

SHORT = 80
"""Characters of a file's name that are shown."""
HEAD = 1024
"""Bytes in which it shows what a file is."""

READABLE = "JPEG, PNG, WebP, GIF or BMP"
VIDEO = "a video"
KINDS: Mapping[int, str] = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
SIGNATURES: Mapping[bytes, str] = {
    b"II*\x00": "a TIFF picture",
    b"MM\x00*": "a TIFF picture",
    b"II+\x00": "a TIFF picture",
    b"\x00\x00\x01\x00": "an icon",
    b"8BPS": "a Photoshop file",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"\xd0\xcf\x11\xe0": "an office document",
    b"\x1aE\xdf\xa3": VIDEO,
}
BRANDS: Mapping[bytes, str] = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"), "HEIC"),
    **dict.fromkeys((b"avif", b"avis"), "an AVIF picture"),
}
"""What a file in ISO's container is, by its major brand; others are videos."""
PNG = b"\x89PNG\r\n\x1a\n"
TEXTS = (b"tEXt", b"zTXt", b"iTXt", b"iCCP")


def read_bounded(file: Path, most: int) -> bytes:
    """Read a file of at most so many bytes; what is no regular file is not waited for, but refused.

    Links are followed to what they name, which has to be a regular file, too.
    """
    try:
        descriptor = os.open(file, os.O_RDONLY | _flags())
        try:
            found = os.fstat(descriptor)
            _check_regular(file, found.st_mode)
            if found.st_size > most and kind_of(os.read(descriptor, HEAD)) == VIDEO:
                raise no_picture(shown(file), VIDEO)
            _check_bytes(file, found.st_size, most)
            return _read(file, descriptor, most)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no file can have this name"
        raise PictureError(
            f"{shown(file)} cannot be read ({reason}). Check its name and who may read it."
        ) from error


def _flags() -> int:
    """Never wait for somebody to write into a pipe, nor translate line ends."""
    return getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


def _read(file: Path, descriptor: int, most: int) -> bytes:
    parts, size = [], 0
    while part := os.read(descriptor, min(most + 1 - size, 1 << 20)):
        parts.append(part)
        size += len(part)
        _check_bytes(file, size, most)  # it may be growing
    return b"".join(parts)


def _check_regular(file: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        kind = KINDS.get(stat.S_IFMT(mode), "something else")
        raise PictureError(f"{shown(file)} is no file but {kind}. Name the file of a picture.")


def _check_bytes(file: Path, size: int, most: int) -> None:
    if size > most:
        raise too_many_bytes(shown(file), most)


def too_many_bytes(name: str, most: int) -> PictureError:
    """Say that a file is too large."""
    return PictureError(
        f"{name} is larger than {most / 1e6:g} MB. Send a smaller copy, such as a JPEG."
    )


def no_picture(name: str, kind: str) -> PictureError:
    """Say what a file is instead of a picture that can be read, and what to send."""
    if kind == VIDEO:
        return PictureError(
            f"{name} is a video, and here I can only look at pictures. Send one of them; videos "
            "are for `nocturne watch`."
        )
    if kind == "HEIC":
        return PictureError(
            f"{name} is a picture as HEIC, which cannot be read here. Send it as JPEG, "
            "or install pillow-heif: `pip install 'nocturne[heic]'`."
        )
    return PictureError(
        f"{name} is {kind}, not a picture as {READABLE}. "
        "Send it as one of these, or a photograph of it."
    )


def shown(source: Path | bytes) -> str:
    """Name a source to people, without anything that would do something in a terminal."""
    if isinstance(source, bytes):
        return "This"
    name = source.name or str(source)
    short = name if len(name) <= SHORT else f"{name[: SHORT - 1]}…"
    return "".join(each if each.isprintable() else "?" for each in short)


def kind_of(content: bytes) -> str:
    """Say in words what a file is that is no picture of a known format."""
    head = content[:HEAD]
    if head[4:8] == b"ftyp":
        return BRANDS.get(head[8:12], VIDEO)
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return VIDEO
    for signature, kind in SIGNATURES.items():
        if head.startswith(signature):
            return kind
    if b"%PDF-" in head:
        return "a PDF document"
    return _kind_of_text(head)


def _kind_of_text(head: bytes) -> str:
    lower = head.lower()
    if b"<svg" in lower:
        return "an SVG drawing"
    if b"<html" in lower or b"<!doctype html" in lower:
        return "a web page"
    return "a text" if b"\x00" not in head and _is_utf8(head) else "something unknown"


def _is_utf8(head: bytes) -> bool:
    """Whether it is UTF-8; where it is cut, the last character may be, too."""
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return len(head) == HEAD and error.start > HEAD - 4
    return True


def without_texts(content: bytes) -> bytes:
    """Leave out of a PNG the texts and profiles that nobody needs, which can unpack without end.

    A part is its length, its kind, so many bytes and a checksum (PNG specification, section 5.3).
    """
    if not content.startswith(PNG):
        return content
    kept, place = [PNG], len(PNG)
    while place < len(content):
        end = place + 12 + int.from_bytes(content[place : place + 4], "big")
        if content[place + 4 : place + 8] not in TEXTS:
            kept.append(content[place:end])
        place = end
    return b"".join(kept)


def webp_size(content: bytes) -> tuple[int, int] | None:
    """Give the width and height that a WebP file declares, as its decoder allocates at once.

    Places are those of RFC 9649, sections 2.5 to 2.7.
    """
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return None
    if content[12:16] == b"VP8X":
        return _number(content[24:27]) + 1, _number(content[27:30]) + 1
    if content[12:16] == b"VP8L":
        bits = _number(content[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return _number(content[26:28]) & 0x3FFF, _number(content[28:30]) & 0x3FFF


def _number(field: bytes) -> int:
    return int.from_bytes(field, "little")
