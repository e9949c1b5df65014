"""A wire to a server of this machine that can be slow, be cut, or carry nothing at all."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any

CHUNK = 65536
# closing then sends RST, as a firewall that forgot the connection does
ABRUPT = struct.pack("ii", 1, 0)


class Wire:
    """Whoever connects to `port` speaks with that server; `late`, `dead` change what they meet."""

    def __init__(self, server: int) -> None:
        self.server = server
        self.late = 0.0  # seconds that each packet is late, in both directions
        self.dead = False  # connections are reset, the present ones and every new one
        self.port = 0
        self.lines: set[asyncio.StreamWriter] = set()
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self._call(self._listen()).result()

    def cut(self) -> None:
        """Every connection has been reset; new ones are too until `mend`."""
        self.dead = True
        self._call(self._drop()).result()

    def mend(self) -> None:
        """Packets pass at once again; what was cut stays cut."""
        self.late, self.dead = 0.0, False

    def _call(self, work: Coroutine[Any, Any, None]) -> Future[None]:
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    async def _listen(self) -> None:
        listener = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = listener.sockets[0].getsockname()[1]

    async def _drop(self) -> None:
        for line in list(self.lines):
            _reset(line)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines.add(writer)
        there: asyncio.StreamWriter | None = None
        try:
            if self.dead:
                _reset(writer)
                return
            answers, there = await asyncio.open_connection("127.0.0.1", self.server)
            self.lines.add(there)
            ways = (self._pump(reader, there), self._pump(answers, writer))
            await asyncio.gather(*ways)
        except OSError:
            pass
        finally:
            for line in filter(None, (writer, there)):
                self.lines.discard(line)
                line.close()

    async def _pump(self, come: asyncio.StreamReader, go: asyncio.StreamWriter) -> None:
        """All that comes goes on, each piece as late as the wire is when it comes."""
        while piece := await come.read(CHUNK):
            self.loop.call_later(self.late, go.write, piece)
        self.loop.call_later(self.late, go.close)


def _reset(line: asyncio.StreamWriter) -> None:
    line.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABRUPT)
    line.transport.abort()
