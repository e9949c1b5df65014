"""How the web processes run, wherever they are started from; command-line options come on top."""

import os
from typing import Any

bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2 * (os.cpu_count() or 1))
threads = 4
# loaded before the port is opened: until then the proxy is refused at once and asks the other
# service, instead of sending half of its requests to one that only listens
preload_app = True
# requests in flight end before a stop or a reload (G44: within 30 seconds)
graceful_timeout = 25
timeout = 60
# longer than the proxy keeps a line to us: it must never use one that we are about to close
keepalive = 30
# a thousand letters with their marks, as the search box takes them, in one address
limit_request_line = 8190
# no header of a visitor says at which path the portal begins: every link would follow it
forwarder_headers = ""
loglevel = "warning"
# nobody steers a running portal but the system that started it
control_socket_disable = True
# Who waits for a page is told within five seconds when the database is away or locked; worker and
# commands wait as long as their work takes. libpq reads both, and DATABASE_URL overrides them.
raw_env = [
    f"{name}={os.environ.get(name) or value}"
    for name, value in (
        ("PGCONNECT_TIMEOUT", "3"),
        ("PGOPTIONS", "-c lock_timeout=3s -c statement_timeout=25s"),
    )
]

# seconds without a byte after which a body that was announced is given up, and its thread is free
SILENCE = 30


def pre_request(_worker: Any, request: Any) -> None:
    request.unreader.sock.settimeout(SILENCE)
