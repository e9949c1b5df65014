"""`metrics`: figures for a monitor, on a port of this machine alone."""

from __future__ import annotations

import signal
import threading
from types import FrameType

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from prometheus_client import CollectorRegistry, start_http_server

from app.config import Settings
from app.operations.figures import Portal
from app.web import measures

HERE = "127.0.0.1"


def registry(app: Flask) -> CollectorRegistry:
    """All figures: those that the processes of this machine counted, and those of the rows."""
    made = CollectorRegistry()
    made.register(measures.gathered(app.extensions["settings"]))
    made.register(Portal(app))
    return made


@click.command()
@with_appcontext
def metrics() -> None:
    """Serve figures for Prometheus at METRICS_PORT, until SIGTERM or Ctrl-C."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.metrics_port:
        raise click.ClickException("Set METRICS_PORT: nothing is counted without it.")
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    server, thread = start_http_server(settings.metrics_port, HERE, registry(app))
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    click.echo(f"http://{HERE}:{settings.metrics_port}/metrics")
    stop.wait()
    server.shutdown()
    thread.join()
