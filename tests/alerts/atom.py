"""What RFC 4287 asks of a feed, as far as ours goes: a grammar, and what no grammar can say."""

from __future__ import annotations

import re
from datetime import datetime

from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
# RFC 4151: the name of who gives it, a year in which that name was its own, and its own word
TAG = re.compile(
    r"tag:[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:([\w.~!$&'()*+,;=:@/?-]|%[0-9A-F]{2})*", re.A
)
GRAMMAR = """
<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://www.w3.org/2005/Atom"
    datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start><element name="feed"><ref name="lang"/><interleave>
    <ref name="about"/>
    <zeroOrMore><ref name="author"/></zeroOrMore>
    <zeroOrMore><element name="entry"><interleave>
      <ref name="about"/>
      <oneOrMore><ref name="author"/></oneOrMore>
      <optional><element name="published"><data type="dateTime"/></element></optional>
      <zeroOrMore><element name="category"><attribute name="term"/></element></zeroOrMore>
      <optional><element name="summary"><ref name="lang"/><text/></element></optional>
    </interleave></element></zeroOrMore>
  </interleave></element></start>
  <define name="about"><interleave>
    <element name="id"><data type="anyURI"><param name="minLength">1</param></data></element>
    <element name="title"><text/></element>
    <element name="updated"><data type="dateTime"/></element>
    <oneOrMore><element name="link">
      <attribute name="rel"><choice><value>self</value><value>alternate</value></choice></attribute>
      <attribute name="type"/>
      <attribute name="href"><data type="anyURI"/></attribute>
    </element></oneOrMore>
  </interleave></define>
  <define name="author"><element name="author"><element name="name">
    <data type="string"><param name="minLength">1</param></data>
  </element></element></define>
  <define name="lang"><attribute name="xml:lang"><data type="language"/></attribute></define>
</grammar>
"""
_grammar = etree.RelaxNG(etree.fromstring(GRAMMAR))


def read(data: bytes) -> etree._Element:
    """The feed, which keeps every rule."""
    feed = etree.fromstring(data)
    _grammar.assertValid(feed)
    entries = feed.findall(f"{ATOM}entry")
    for element in (feed, *entries):
        assert TAG.fullmatch(element.findtext(f"{ATOM}id")), element.findtext(f"{ATOM}id")
        links = [link.get("rel") for link in element.findall(f"{ATOM}link")]
        assert len(links) == len(set(links)), "one alternate of a type, one self"
        assert "alternate" in links, "what has no content has a page"
        assert all(link.get("href").startswith("http") for link in element.findall(f"{ATOM}link"))
    assert feed.find(f"{ATOM}link[@rel='self']") is not None
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids)), "an entry comes once"
    times = [datetime.fromisoformat(entry.findtext(f"{ATOM}updated")) for entry in entries]
    assert all(time.tzinfo for time in times)
    assert times == sorted(times, reverse=True)
    if times:
        assert datetime.fromisoformat(feed.findtext(f"{ATOM}updated")) == times[0]
    return feed


def texts(feed: etree._Element, name: str) -> list[str]:
    """What the entries have under that name."""
    return ["".join(found.itertext()) for found in feed.iterfind(f"{ATOM}entry//{ATOM}{name}")]
