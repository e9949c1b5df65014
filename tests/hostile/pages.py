"""Web pages that run, reach out, or are built to be slow."""

from __future__ import annotations

from tests.hostile.case import LAW, Hostile, zipped

NAME = "du-thao.html"
LINES = "".join(f"<p>{line}</p>" for line in LAW.splitlines())
FINE = ("1", "2")


def page(more: str = "", before: str = "<!DOCTYPE html>") -> bytes:
    return f'{before}<html><head><meta charset="utf-8"></head><body>{LINES}{more}</body></html>'.encode()


def case(name: str, data: bytes, refused: str = "", **outcome) -> Hostile:
    return Hostile(f"HTML: {name}", lambda: data, refused, filename=NAME, **outcome)


ENTITY = '<!DOCTYPE html [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
PAGES = (
    case("sound", page(), articles=FINE),
    case("script", page("<script>document.write('xss')</script><img src=x onerror=alert(1)>"), articles=FINE),
    case("entity", page("<p>&e;</p>", ENTITY), articles=FINE),
    case("reaches out", page('<iframe src="http://x.example"></iframe><img src="http://x.example/p"><link rel=stylesheet href="//x">'), articles=FINE),
    case("halves of characters", page("<p>a&#xD800;b&#0;c&#xFFFF;d</p>"), articles=FINE),
    case("hidden text", page('<p style="display:none">xss</p><template>xss</template>'), articles=FINE),
    case("100,000 deep", page("<div>" * 100_000 + "x"), "damaged"),
    case("lists 100,000 deep", page("<ul><li>" * 100_000 + "x"), "damaged"),
    case("columns without end", page('<table><tr><td colspan="100000000" rowspan="100000000">1</td><td>2</td></tr></table>'), articles=FINE),
    case("100,000 cells", page("<table>" + ("<tr>" + "<td>1</td>" * 10 + "</tr>") * 10_000 + "</table>"), articles=FINE),
    case("100,000 paragraphs", page("<p>d</p>" * 100_000), "too_many_entries"),
    case("of nothing", b"<!DOCTYPE html><html></html>", doubts=frozenset({"no_article"})),
    case("and ZIP", page() + zipped({"a.class": b"x"}), "wrong_type"),
    case("called Word", page(), articles=FINE),
)  # fmt: skip
