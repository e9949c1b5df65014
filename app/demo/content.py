"""The sample province as it stands in its data files, read, typed and checked for sense."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from app.demo.faults import faults
from app.demo.told import Province
from app.demo.typed import ContentError, read

DATA = Path(__file__).parent / "data"


def load_content(root: Path = DATA) -> Province:
    """The sample province in `root`; raises ContentError where its files contradict each other."""
    table = _toml(root / "province.toml")
    slugs = table.get("dossiers", [])
    for folder in ("dossiers", "comments", "answers", "translations"):
        for path in sorted((root / folder).glob("*.toml")):
            # a translation names its language too: "slug.ko.toml"
            slug = path.name.split(".")[0]
            if slug not in slugs:
                raise ContentError(f"{folder}/{path.name}: unknown dossier {slug!r}")
    dossiers = [_dossier(root, slug) for slug in slugs]
    province: Province = read(
        Province,
        table | {"dossiers": dossiers, "voices": _toml(root / "load_voices.toml")},
        "province.toml",
    )
    for fault in faults(province):
        raise ContentError(fault)
    return province


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as fault:
        raise ContentError(f"{path.name}: {fault}") from fault


def _dossier(root: Path, slug: str) -> dict[str, Any]:
    table = _toml(root / "dossiers" / f"{slug}.toml")
    for key, target in (("draft", "draft_text"), ("revised_draft", "revised_text")):
        if name := table.get(key):
            try:
                table[target] = (root / "drafts" / name).read_text(encoding="utf-8")
            except OSError as fault:
                raise ContentError(f"dossiers/{slug}.toml: {fault}") from fault
    for folder in ("comments", "answers"):
        path = root / folder / f"{slug}.toml"
        table[folder] = _toml(path).get(folder, []) if path.exists() else []
    table["translations"] = [
        _toml(path) | {"language": path.suffixes[0].removeprefix(".")}
        for path in sorted((root / "translations").glob(f"{slug}.*.toml"))
    ]
    return table
