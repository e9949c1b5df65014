"""What keeps a dossier from passing on, as the rooms above know it.

Whether every comment was decided and answered is known where comments are decided and answered,
and that is above this room; so those rooms hand their gates in when the application is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app

from app.documents.models import Dossier, Stage


@dataclass(frozen=True)
class Obstacle:
    """One thing that has to be done first: in words, and the endpoint where it is done."""

    words: str
    endpoint: str
    values: dict[str, Any] = field(default_factory=dict)


Gate = Callable[[Dossier], list[Obstacle]]


class ObstaclesError(Exception):
    """Raised with everything that keeps the dossier at its stage."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        super().__init__("; ".join(one.words for one in obstacles))
        self.obstacles = list(obstacles)


def init_app(app: Flask, gates: Sequence[Gate]) -> None:
    """No dossier passes on before all of these gates let it."""
    app.extensions["gates"] = tuple(gates)


def obstacles(dossier: Dossier, stage: Stage) -> list[Obstacle]:
    """What has to be done before the dossier may reach `stage`; a withdrawal waits for nothing."""
    if stage is Stage.WITHDRAWN:
        return []
    return [one for gate in current_app.extensions["gates"] for one in gate(dossier)]
