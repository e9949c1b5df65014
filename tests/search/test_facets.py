"""How many results each value of a facet has, beside what counting one by one would say."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from app.search.document import Kind, Traits
from app.search.engine import Narrowing
from app.search.facets import Facet, Standing, Standings, Status, count, narrowing

ABOVE = {"xa": frozenset({"xa", "tinh"}), "tinh": frozenset({"tinh"})}
standing = st.builds(
    Standing,
    slug=st.sampled_from(["a", "b", "c"]),
    agency=st.sampled_from(["so-y-te", "so-tu-phap"]),
    topic=st.sampled_from(["", "land"]),
    territory=st.sampled_from(["", "xa", "tinh"]),
    type=st.sampled_from(["nq", "qd"]),
    stage=st.sampled_from(["consultation", "adopted"]),
    status=st.sampled_from(list(Status)),
)
standings = st.builds(Standings, st.dictionaries(st.integers(1, 4), standing), st.just(ABOVE))
traits = st.builds(
    Traits,
    st.sampled_from([Kind.COMMENT, Kind.PROVISION]),
    st.integers(1, 5),
    st.sampled_from(["vi", "en"]),
    st.sampled_from(["", "business"]),
    st.sampled_from(["2025-12", "2026-01", "2026-11"]),
)
WANTED = {
    Facet.KIND: ["comment", "provision", "answer"],
    Facet.STATUS: ["open", "closed"],
    Facet.AGENCY: ["so-y-te", "nobody"],
    Facet.TERRITORY: ["xa", "tinh", "nowhere"],
    Facet.DATE: ["2026", "2025-12"],
    Facet.LANGUAGE: ["vi"],
    Facet.DRAFT: ["a", "b"],
}
chosen = st.fixed_dictionaries(
    {},
    optional={
        facet: st.frozensets(st.sampled_from(values), min_size=1)
        for facet, values in WANTED.items()
    },
)


def values_of(one: Traits, known: Standings, facet: Facet) -> set[str]:
    """What a document is in respect of a facet."""
    draft = known.dossiers[one.dossier_id]
    return {
        Facet.KIND: {one.kind},
        Facet.LANGUAGE: {one.language},
        Facet.COMMENTER: {one.commenter},
        Facet.DATE: {one.month, one.month[:4]},
        Facet.STATUS: {draft.status},
        Facet.AGENCY: {draft.agency},
        Facet.TOPIC: {draft.topic},
        Facet.TERRITORY: {draft.territory},
        Facet.TYPE: {draft.type},
        Facet.STAGE: {draft.stage},
        Facet.DRAFT: {draft.slug},
    }[facet] - {""}


def agrees(one: Traits, known: Standings, facet: Facet, wanted: frozenset[str]) -> bool:
    if facet is Facet.TERRITORY:
        wanted = frozenset().union(*(ABOVE.get(place, {place}) for place in wanted))
    return bool(values_of(one, known, facet) & wanted)


@given(st.dictionaries(traits, st.integers(1, 9)), chosen, standings)
def test_each_value_is_counted_as_though_nothing_of_its_facet_were_chosen(found, wanted, known):
    counts = count(found, wanted, known)
    public = {one: many for one, many in found.items() if one.dossier_id in known.dossiers}
    for facet in Facet:
        others = {f: values for f, values in wanted.items() if f is not facet}
        expected = Counter()
        for one, many in public.items():
            if all(agrees(one, known, f, values) for f, values in others.items()):
                expected.update(dict.fromkeys(values_of(one, known, facet), many))
        assert counts.values[facet] == expected, facet
    shown = {
        o: m for o, m in public.items() if all(agrees(o, known, f, v) for f, v in wanted.items())
    }
    assert counts.total == sum(shown.values()) == sum(counts.drafts.values())


@given(st.lists(traits), chosen, standings)
def test_an_engine_is_told_to_admit_just_what_is_counted(found, wanted, known):
    told: Narrowing = narrowing(wanted, known)
    for one in found:
        if one.dossier_id in known.dossiers:
            every = all(agrees(one, known, facet, values) for facet, values in wanted.items())
            assert told.admits(one) == every
