"""A process that reads a stranger's file can take little memory and time, and reach nothing."""

from __future__ import annotations

import ctypes
import resource
import sys
from collections.abc import Mapping

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 8
LIMITS = {
    resource.RLIMIT_AS: MEMORY_BYTES,
    resource.RLIMIT_CPU: CPU_SECONDS,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_NOFILE: 16,  # Python loads some of its own modules only when they are needed
}
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000  # of unshare(2)
REACHING_OUT = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")


def confine(limits: Mapping[int, int] = LIMITS, *, alone: bool = True) -> None:
    """This process can grow no further than the limits and reach no network.

    One that is `alone` can start no program either.
    """
    # Where the kernel lets, nothing but this process is left of the network, for C code as well.
    if sys.platform == "linux":
        ctypes.CDLL(None).unshare(NEW_USER | NEW_NETWORK)
    for limit, value in limits.items():
        resource.setrlimit(limit, (value, value))
    if alone:
        sys.addaudithook(_refuse)


def _refuse(event: str, _arguments: tuple[object, ...]) -> None:
    """No reader has a reason to reach out or to start anything."""
    if event.startswith(REACHING_OUT):
        raise PermissionError(event)
