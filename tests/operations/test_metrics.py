"""Figures are on a port of this machine alone, and scraping them counts no comment."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.request
from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.accounts.models import Role
from app.config import ROOT
from app.extensions import db
from app.kit import clock
from app.operations import figures
from app.web import measures
from app.work.turn import only_worker

VALUE = re.compile(r"^(\w+)(?:\{([^}]*)\})? ([0-9.e+-]+)$", re.MULTILINE)


def read(text):
    return {(name, labels): float(value) for name, labels, value in VALUE.findall(text)}


def scraped(*collectors):
    registry = CollectorRegistry()
    for one in collectors:
        registry.register(one)
    return read(generate_latest(registry).decode())


def test_the_figures_are_those_of_the_rows(app, world, drain):
    consultation = world.consultation()
    moderator = world.officer(consultation.dossier.agency, Role.MODERATOR)
    said = [world.comment(consultation, f"Góp ý {n}") for n in range(3)]
    world.publish(said[0], moderator, clock.now())
    db.session.commit()
    drain()
    world.comment(consultation, "Chưa ghi sổ.")
    db.session.commit()
    found = scraped(figures.Portal(app))
    assert found["gopy_comments", 'state="received"'] == 3
    assert found["gopy_comments", 'state="waiting"'] == 2
    assert found["gopy_answers_owed", ""] == 1
    assert found["gopy_ledger_unsealed", ""] >= 1
    assert found["gopy_reader_lag_entries", 'reader="tally"'] == 0
    assert found["gopy_database_up", ""] == 1
    assert found["gopy_worker_alive", ""] == 0


def test_a_worker_at_work_is_seen_and_not_disturbed(app):
    settings = app.extensions["settings"]
    with only_worker(settings) as holds:
        assert scraped(figures.Portal(app))["gopy_worker_alive", ""] == 1
        assert holds()
    assert scraped(figures.Portal(app))["gopy_worker_alive", ""] == 0


def test_no_scrape_counts_a_table_without_end(app):
    asked = []

    def listen(_connection, _cursor, statement, *_more):
        asked.append(" ".join(statement.split()))

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        scraped(figures.Portal(app))
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    assert asked
    assert not [one for one in asked if re.search(r"count\(.*FROM comment\b", one)]
    assert not [
        one for one in asked if "count(*)" in one and "LIMIT" not in one and "WHERE" not in one
    ]


def test_without_a_database_it_is_said_to_be_down(app, monkeypatch):
    def fail(*_words):
        raise OperationalError("SELECT", {}, Exception())

    monkeypatch.setattr(figures, "_figures", fail)
    assert scraped(figures.Portal(app)) == {("gopy_database_up", ""): 0}


def test_the_public_port_shows_none(app, client):
    assert client.get("/metrics").status_code == 404
    assert not [rule.rule for rule in app.url_map.iter_rules() if "metrics" in rule.rule]


@pytest.fixture
def counted(app, another_portal, tmp_path, monkeypatch):
    """A portal of the same database that counts its requests."""
    monkeypatch.setenv(measures.FOLDER, "")
    monkeypatch.setattr(measures.values, "ValueClass", measures.values.ValueClass)
    settings = replace(app.extensions["settings"], instance_dir=tmp_path, metrics_port=9)
    return another_portal(settings)


def test_requests_are_counted_by_view_and_status_and_never_by_address(counted):
    with counted.app_context():
        client = counted.test_client()
        for path in ("/about", "/about", "/comments/ABCD-EFGH", "/nothing/lan@example.vn"):
            client.get(path)
        db.session.remove()
    found = scraped(measures.gathered(counted.extensions["settings"]))
    of = {key[1]: value for key, value in found.items() if key[0] == "gopy_requests_total"}
    assert of['endpoint="site.about",method="GET",status="200"'] == 2
    assert of['endpoint="-",method="GET",status="404"'] == 1
    assert sum(of.values()) == 4
    assert not [labels for _name, labels in found if "ABCD" in labels or "lan@" in labels]
    measures.forget(counted.extensions["settings"])
    assert not scraped(measures.gathered(counted.extensions["settings"]))


def test_nothing_is_counted_unless_somebody_asked(app):
    assert app.wsgi_app.measures is None


def test_the_command_serves_this_machine_and_ends_when_it_is_told(app, tmp_path, free_port):
    environ = {
        "PATH": "/usr/bin", "INSTANCE_DIR": str(tmp_path), "SECRET_KEY": "x" * 40,
        "METRICS_PORT": str(free_port),
    }  # fmt: skip
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "metrics"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        address = child.stdout.readline().strip()
        assert address == f"http://127.0.0.1:{free_port}/metrics"
        with urllib.request.urlopen(address, timeout=20) as answer:
            assert "gopy_database_up 0.0" in answer.read().decode()
        child.terminate()
        assert child.wait(20) == 0
