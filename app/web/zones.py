"""Time zones by the cities and countries they are known by, in the page's language."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from functools import cache, lru_cache

from babel import Locale
from babel.core import get_global
from flask_babel import gettext as _

from app.kit.clock import REGIONS
from app.web import locale
from app.web.phrases import order

# The Unicode codes of the parts of the world, by the first word of a zone's name
PARTS = {
    "Africa": "002",
    "America": "019",
    "Antarctica": "AQ",
    "Arctic": "150",
    "Asia": "142",
    "Atlantic": "150",
    "Australia": "009",
    "Europe": "150",
    "Indian": "002",
    "Pacific": "009",
}
# Islands that belong to another part of the world than the rest of their ocean (UN M49)
ISLANDS = {
    **dict.fromkeys(("BM", "FK", "GS"), "019"),
    **dict.fromkeys(("CV", "IC", "SH"), "002"),
    **dict.fromkeys(("CC", "CX"), "009"),
    "MV": "142",
}
OCEANS = ("Atlantic", "Indian")
NOWHERE = ("Etc",)  # names of offsets: nobody lives there


@dataclass(frozen=True)
class Zone:
    """One entry of the list: its name for the address, and what people call it."""

    name: str
    label: str


def known(name: str) -> str | None:
    """The zone's canonical IANA name, whatever name it is asked for by; None for no zone."""
    found = get_global("zone_aliases").get(name, name)
    return found if found in canonical() else None


@cache
def canonical() -> dict[str, str]:
    """Every zone where people live → the code of its country."""
    there = zoneinfo.available_timezones()
    return {
        name: country
        for name, country in get_global("zone_territories").items()
        if name in there and name.partition("/")[0] not in NOWHERE
    }


def place(zones: tuple[str, ...]) -> str:
    """What a line of the table is called: its cities, a land before them where people name it."""
    lands = (_(REGIONS[zone]) for zone in zones if zone in REGIONS)
    return ", ".join((*lands, *map(city, zones)))


def city(zone: str) -> str:
    """What the page's language calls the city that the zone is named after."""
    return _city(locale.current().catalogue, zone)


@lru_cache(maxsize=8192)
def _city(catalogue: str, zone: str) -> str:
    names = Locale.parse(catalogue).time_zones
    for name in (zone, *_older_names().get(zone, ())):
        if found := names.get(name, {}).get("city"):
            return str(found)
    return zone.rpartition("/")[2].replace("_", " ")


@cache
def _older_names() -> dict[str, list[str]]:
    """The languages' data still know some cities by the names they had."""
    found: dict[str, list[str]] = {}
    for older, zone in get_global("zone_aliases").items():
        found.setdefault(zone, []).append(older)
    return found


def by_part() -> list[tuple[str, list[Zone]]]:
    """Every zone, under the name of its part of the world, by country and city."""
    return _by_part(locale.current())


@lru_cache(maxsize=16)
def _by_part(language: locale.Language) -> list[tuple[str, list[Zone]]]:
    countries = Locale.parse(language.catalogue).territories
    found: dict[str, list[Zone]] = {}
    for zone, country in canonical().items():
        first = zone.partition("/")[0]
        part = ISLANDS.get(country, PARTS[first]) if first in OCEANS else PARTS[first]
        land, town = str(countries[country]), _city(language.catalogue, zone)
        label = land if land == town or country == "001" else f"{land} – {town}"
        found.setdefault(str(countries[part]), []).append(Zone(zone, label))
    place_of = order(language.code)
    return [
        (part, sorted(found[part], key=lambda zone: place_of(zone.label)))
        for part in sorted(found, key=place_of)
    ]
