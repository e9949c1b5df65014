"""Commands of the portal: `flask --app wsgi …`."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
