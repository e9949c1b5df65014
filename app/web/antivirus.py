"""Asking a ClamAV daemon about a file, over its socket; no daemon is needed to run the portal."""

from __future__ import annotations

import socket
import struct

CHUNK = 64 * 1024
SECONDS = 20.0
ANSWER = 4096


class ScannerDownError(Exception):
    """Raised when the scanner does not answer, or says that it could not look."""


def infected(data: bytes, address: str) -> bool:
    """Whether clamd at `address` (a path, or host:port) finds something in the file.

    Speaks INSTREAM of clamd(8). Raises ScannerDownError.
    """
    try:
        with _connected(address) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), CHUNK):
                piece = data[start : start + CHUNK]
                line.sendall(struct.pack("!L", len(piece)) + piece)
            line.sendall(struct.pack("!L", 0))
            answer = _answer(line)
    except OSError as error:
        raise ScannerDownError(address) from error
    if answer.endswith("FOUND"):
        return True
    if answer.endswith("OK"):
        return False
    raise ScannerDownError(answer)


def _connected(address: str) -> socket.socket:
    if "/" in address:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)


def _answer(line: socket.socket) -> str:
    said = b""
    while len(said) < ANSWER and not said.endswith(b"\0"):
        more = line.recv(ANSWER)
        if not more:
            break
        said += more
    return said.rstrip(b"\0\n").decode(errors="replace")
