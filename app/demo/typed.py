"""Tables read from TOML as frozen dataclasses, with the place of every fault."""

from __future__ import annotations

import typing
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from typing import Any


class ContentError(ValueError):
    """Raised with the place and the fault when the data does not fit together."""


def read(shape: Any, value: Any, where: str) -> Any:
    """The value as the type says: dataclass, tuple, optional, StrEnum or plain; text is stripped.

    Raises ContentError that starts with `where`.
    """
    if is_dataclass(shape):
        return _record(shape, value, where)
    if options := [option for option in typing.get_args(shape) if option is not type(None)]:
        if typing.get_origin(shape) is tuple:
            if not isinstance(value, list):
                raise ContentError(f"{where}: a list is wanted")
            return tuple(read(options[0], item, f"{where}[{at}]") for at, item in enumerate(value))
        return read(options[0], value, where)
    if issubclass(shape, StrEnum):
        try:
            return shape(value)
        except ValueError as fault:
            raise ContentError(f"{where}: unknown {shape.__name__} {value!r}") from fault
    if type(value) is not shape:
        raise ContentError(f"{where}: {shape.__name__} is wanted, not {value!r}")
    return value.strip() if isinstance(value, str) else value


def _record(shape: Any, table: Any, where: str) -> Any:
    if not isinstance(table, dict):
        raise ContentError(f"{where}: a table is wanted")
    where = f"{where} {table.get('key') or table.get('slug') or ''}".strip()
    types = typing.get_type_hints(shape)
    if unknown := sorted(table.keys() - types.keys()):
        raise ContentError(f"{where}: unknown field {', '.join(unknown)}")
    wanted = {field.name for field in fields(shape) if field.default is MISSING}
    if missing := sorted(wanted - table.keys()):
        raise ContentError(f"{where}: missing field {', '.join(missing)}")
    return shape(
        **{name: read(types[name], item, f"{where}.{name}") for name, item in table.items()}
    )
