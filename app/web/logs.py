"""What the portal writes down of itself: who asked is in no line, nor what they typed.

Messages of exceptions quote rows and addresses, so of an exception only its kind, its code and the
places in the program are written. A line is one line, whatever a reader sent.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from app.config import ROOT, LogFormat, Settings

REQUESTS = "gopy.request"
# what a record may carry beside its message
KNOWN = frozenset(
    {"time", "level", "logger", "request", "message", "exception"}
    | {"method", "endpoint", "status", "ms"}
)
PLAIN = "%(asctime)s %(levelname)s %(name)s [%(request)s] %(message)s"
FIELDS = "%(asctime)s %(levelname)s %(name)s %(request)s %(message)s"
RENAMED = {"asctime": "time", "levelname": "level", "name": "logger", "exc_info": "exception"}
FRAMES = 30

request_number: ContextVar[str] = ContextVar("request_number", default="-")


def one_line(text: str) -> str:
    """The text with every sign escaped that could end the line, or hide in it."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)


def kind_of(error: BaseException) -> str:
    """What kind of fault it is and the code its source gave it; never its message."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else _full(kind)
    for source in (error, getattr(error, "orig", None)):
        for attribute in ("sqlstate", "sqlite_errorname", "smtp_code"):
            if code := getattr(source, attribute, None):
                return f"{name} ({code})"
    if isinstance(error, OSError) and error.errno:
        return f"{name} ({errno.errorcode.get(error.errno, error.errno)})"
    return name


def told(error: BaseException | None) -> str:
    """The faults that led to each other, the first one first, each with where it came by."""
    return "\n".join(_told(error))


def _told(error: BaseException | None) -> Iterator[str]:
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    for one in reversed(chain):
        yield kind_of(one)
        yield from _places(one.__traceback__)


def _places(trace: TracebackType | None) -> Iterator[str]:
    frames = [(frame.f_code, line) for frame, line in walk_tb(trace)]
    for code, line in frames[-FRAMES:]:
        yield f"  {_short(code.co_filename)}:{line} {code.co_name}"


def _short(filename: str) -> str:
    """A file by its place in the portal or in a package, not by its place on this machine."""
    path = Path(filename)
    if path.is_relative_to(ROOT) and ".venv" not in path.parts:
        return str(path.relative_to(ROOT))
    return "/".join(path.parts[-3:])


def _full(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


class _Careful(logging.Filter):
    """A record names its request, and says of an exception among its words only the kind."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request = request_number.get()
        if isinstance(record.args, tuple) and not record.name.startswith("gunicorn"):
            record.args = tuple(
                kind_of(word) if isinstance(word, BaseException) else word for word in record.args
            )
        if record.name.startswith("gunicorn"):
            # whole addresses, of pages and of people, stand in its words about a bad request
            record.msg, record.args = str(record.msg).partition(" from ip=")[0], ()
        record.msg, record.args = one_line(record.getMessage()), ()
        record.exc_text = told(record.exc_info[1]) if record.exc_info else None
        return True


class Plain(logging.Formatter):
    """Lines for people; the places of an exception follow, indented."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        return told(ei[1])

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - logging's name
        return ""


class Structured(JsonFormatter):
    """One JSON object a line, of known fields only."""

    def formatException(self, ei: Any) -> list[str]:  # type: ignore[override] # noqa: N802
        return told(ei[1]).splitlines()

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in log_data.items() if name in KNOWN and value != []}


def handler(form: LogFormat) -> logging.Handler:
    """Writes to the standard error in that form."""
    made = logging.StreamHandler()
    made.addFilter(_Careful())
    if form is LogFormat.JSON:
        made.setFormatter(Structured(FIELDS, rename_fields=RENAMED, json_ensure_ascii=True))
    else:
        made.setFormatter(Plain(PLAIN))
    return made


def init_app(settings: Settings) -> None:
    """Every logger of the process, gunicorn's too, writes carefully and in the form asked for.

    A line for each request is written where programs read the log.
    """
    root = logging.getLogger()
    if not settings.testing:
        for old in list(root.handlers):
            root.removeHandler(old)
        root.addHandler(handler(settings.log_format))
        root.setLevel(logging.INFO)
        for name in ("gunicorn.error", "gunicorn.access"):
            logger = logging.getLogger(name)
            logger.handlers.clear()
            logger.propagate = name == "gunicorn.error"
    logging.getLogger("alembic").setLevel(logging.WARNING)
    chatty = settings.log_format is LogFormat.JSON
    logging.getLogger(REQUESTS).setLevel(logging.INFO if chatty else logging.WARNING)
