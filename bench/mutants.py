"""How many small changes to the rules the tests notice: the mutation score (G48).

The usual tools copy the sources into a layout of their own and start Python for each mutant; here
the application and its migrated database take six seconds to start. So one process per module
collects its tests, runs them once as they are, and then forks for each mutant: the child puts the
changed code in the place of the function's own and runs the same tests until one fails. Only tests
that look at verbs and tables are asked, none that opens a page, so what the pages' tests would
notice besides is not counted.
"""

from __future__ import annotations

import argparse
import dataclasses
import gc
import importlib
import inspect
import os
import random
import signal
import subprocess
import sys
import time
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from bench.mutants_known import GROUPS, SAME, Module
from bench.mutating import Mutant, mutants

ROOT = Path(__file__).resolve().parent.parent
SEED = 20260722
AT_LEAST_SECONDS = 30


@dataclass
class Score:
    """What became of the mutants of a module; `same` are those that change nothing."""

    killed: int = 0
    same: int = 0
    survivors: list[Mutant] = field(default_factory=list)
    drawn_from: int = 0

    @property
    def many(self) -> int:
        return self.killed + len(self.survivors)


def put_in(module: types.ModuleType, mutant: Mutant) -> None:
    """The module behaves as the mutant does, wherever its functions and tables are known."""
    changed = types.ModuleType(module.__name__)
    changed.__file__ = module.__file__
    code = compile(mutant.tree, str(module.__file__), "exec", dont_inherit=True)
    exec(code, changed.__dict__)
    if not mutant.function:
        _put_tables(module, changed)
        return
    old, new = _function(module, mutant.function), _function(changed, mutant.function)
    old.__code__, old.__defaults__, old.__kwdefaults__ = (
        new.__code__,
        new.__defaults__,
        new.__kwdefaults__,
    )


def _function(module: types.ModuleType, dotted: str) -> types.FunctionType:
    found: Any = module
    for name in dotted.split("."):
        found = inspect.getattr_static(found, name)
    found = getattr(found, "fget", found)
    return inspect.unwrap(found)


def _put_tables(module: types.ModuleType, changed: types.ModuleType) -> None:
    for name, new in vars(changed).items():
        old = vars(module).get(name)
        if isinstance(old, types.FunctionType) and old.__module__ == module.__name__:
            old.__defaults__, old.__kwdefaults__ = new.__defaults__, new.__kwdefaults__
        if name.startswith("__") or isinstance(new, type | types.FunctionType | types.ModuleType):
            continue
        if isinstance(old, dict):
            old.clear()
            old.update(new)
            continue
        if isinstance(old, tuple) and old and dataclasses.is_dataclass(old[0]):
            for was, is_now in zip(old, new, strict=False):
                for one in dataclasses.fields(was):
                    object.__setattr__(was, one.name, getattr(is_now, one.name))
        for known in list(sys.modules.values()):
            if vars(known).get(name) is old if hasattr(known, "__dict__") else False:
                setattr(known, name, new)
        _put_lists(old, new)


def _put_lists(old: Any, new: Any) -> None:
    """What gathered a module's duties into a list of its own has the new ones."""
    if not isinstance(old, tuple) or not old or not callable(old[0]):
        return
    for holder in gc.get_referrers(old[0]):
        if isinstance(holder, list):
            at = holder.index(old[0])
            holder[at : at + len(old)] = list(new)


class Forks:
    """A plugin: the tests run once as they are, then once in a child for each mutant."""

    def __init__(self, chosen: Sequence[Mutant], module: str) -> None:
        self.chosen = chosen
        self.module = module
        self.survivors: list[int] = []
        self.sound = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        # imported before pytest is, it would warn that its assertions were not rewritten
        hypothesis = importlib.import_module("hypothesis")
        phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
        hypothesis.settings.register_profile(
            "mutants", deadline=None, database=None, derandomize=True, phases=phases
        )
        hypothesis.settings.load_profile("mutants")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        began = time.monotonic()
        slow: list[tuple[float, pytest.Item]] = []
        for item in session.items:
            before = time.monotonic()
            if not self._passes(session, [item]):
                print(f"fails without any change: {item.nodeid}")
                return True
            slow.append((time.monotonic() - before, item))
        # the quick ones first: most mutants fall at once
        session.items[:] = [item for _took, item in sorted(slow, key=lambda pair: pair[0])]
        self.sound = bool(session.items)
        patience = max(AT_LEAST_SECONDS, round(8 * (time.monotonic() - began)))
        for number, mutant in enumerate(self.chosen):
            if self._survives(session, mutant, patience):
                self.survivors.append(number)
        return True

    def _survives(self, session: pytest.Session, mutant: Mutant, patience: int) -> bool:
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            try:
                signal.alarm(patience)
                put_in(importlib.import_module(self.module), mutant)
                os._exit(0 if self._passes(session, session.items) else 1)
            except BaseException:
                os._exit(2)  # it cannot even be built
        _pid, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status) == 0

    def _passes(self, session: pytest.Session, items: Sequence[pytest.Item]) -> bool:
        for item in items:
            # as if any might follow: what the session made stays for the next child
            after: Any = session
            reports = runtestprotocol(item, log=False, nextitem=after)
            if any(report.failed for report in reports):
                return False
        return True


def measure(module: Module, sample: int) -> Score:
    """Every mutant of the module, or so many drawn with a fixed seed, has been tried."""
    all_of_it = mutants((ROOT / module.path).read_text("utf-8"), module.only)
    same = [one for one in all_of_it if (module.path, one.was, one.now) in SAME]
    tried = [one for one in all_of_it if one not in same]
    score = Score(same=len(same), drawn_from=len(tried))
    if sample and len(tried) > sample:
        tried = sorted(random.Random(SEED).sample(tried, sample), key=lambda one: one.line)
    plugin = Forks(tried, module.path.removesuffix(".py").replace("/", "."))
    words = ["-n0", "-q", "-p", "no:cacheprovider", *module.tests]
    pytest.main(words, plugins=[plugin])
    if not plugin.sound:
        raise SystemExit(f"{module.path}: its tests fail before anything is changed")
    score.survivors = [tried[number] for number in plugin.survivors]
    score.killed = len(tried) - len(score.survivors)
    return score


def _modules(names: Sequence[str]) -> Iterator[tuple[str, Module]]:
    for group, modules in GROUPS.items():
        for module in modules:
            if not names or any(name in module.path for name in names):
                yield group, module


def _one(path: str, sample: int) -> None:
    module = next(module for _group, module in _modules([path]))
    score = measure(module, sample)
    for survivor in score.survivors:
        print(f"    {module.path}:{survivor} ({survivor.function or 'table'})")
    print(f"SCORE {score.killed} {score.many} {score.same} {score.drawn_from}", flush=True)


def main() -> None:
    """A line for each module, its survivors, and the score of each group."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m bench.mutants")
    parser.add_argument("modules", nargs="*", help="parts of their paths; all unless given")
    parser.add_argument("--sample", type=int, default=0, help="of each module; 0 is all")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        _one(asked.one, asked.sample)
        return
    sums: dict[str, list[int]] = {}
    for group, module in _modules(asked.modules):
        began = time.monotonic()
        command = [sys.executable, "-m", "bench.mutants", "--one", module.path]
        done = subprocess.run(
            [*command, f"--sample={asked.sample}"], cwd=ROOT, capture_output=True, text=True
        )
        lines = done.stdout.splitlines()
        if not lines or not lines[-1].startswith("SCORE"):
            raise SystemExit(f"{module.path}:\n{done.stdout[-3000:]}\n{done.stderr[-2000:]}")
        killed, many, same, drawn_from = map(int, lines[-1].split()[1:])
        took = time.monotonic() - began
        print(
            f"{module.path}: {killed} of {many} noticed ({killed / many:.1%}), drawn from"
            f" {drawn_from}; {same} more change nothing; {took:.0f} s"
        )
        print("\n".join(line for line in lines if line.startswith("    ")), flush=True)
        total = sums.setdefault(group, [0, 0])
        total[0], total[1] = total[0] + killed, total[1] + many
    for group, (killed, many) in sums.items():
        print(f"{group}: {killed} of {many} ({killed / many:.1%})")


if __name__ == "__main__":
    main()
