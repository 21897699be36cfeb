"""Pages that scripts make, rendered in Debian's Chromium; and pages whose scripts mean harm."""

import shutil
import zlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawlers.archive import read_body
from crawlers.javascript import check_rendering, find_browser
from crawlers.job import CrawlJob, CrawlResult
from crawlers.limits import read_limits
from crawlers.run import crawl
from register.errors import ConfigError
from register.localities.locality import Locality, Source
from register.models import Fetch
from tests.loopback import Answer, Route, serving

ROOT = Path(__file__).parent.parent
SCRIPT = """
fetch('/api/groups.json').then(r => r.json()).then(groups => {
  for (const group of groups) {
    const item = document.createElement('li');
    item.innerHTML = '<a href="/groups/' + group + '/">' + group + '</a>';
    document.getElementById('list').append(item);
  }
});
"""
SHELL = "<html><head><title>{0}</title></head><body><h1>{0}</h1><ul id='list'></ul>{1}</body></html>"


def page(title: str, script: str = "") -> Answer:
    return Answer(body=SHELL.format(title, f"<script>{script}</script>" if script else ""), headers={"ETag": '"1"'})


HOSTILE = {
    "/elsewhere/": "fetch('{other}/stolen').finally(() => document.title = 'done')",
    "/post/": "fetch('/form', {{method: 'POST', body: 'x'}})",
    "/refused/": "fetch('/private/data.json')",
    "/away/": "location.href = '{other}/away'",
    "/round/": "location.href = '/round/?' + Math.random()",
    "/alert/": "alert('one'); confirm('two'); document.getElementById('list').innerHTML = '<li>after the alert</li>'",
    "/popup/": "window.open('{other}/popup'); window.open('/popup-own/')",
    "/socket/": "new WebSocket('ws://127.0.0.1:{port}/socket'); new EventSource('{other}/events')",
    "/frame/": 'document.body.innerHTML += \'<iframe src="{other}/frame"></iframe><img src="{other}/pixel.gif">\'',
    "/worker/": "navigator.serviceWorker.register('/sw.js')",
    "/download/": "location.href = '/big.zip'",
    "/loop/": "while (true) {{}}",
    "/grow/": "setInterval(() => document.body.append('x'.repeat(500000)), 5)",
}


@dataclass(frozen=True, kw_only=True)
class Rendered:
    folder: Path
    base: str
    result: CrawlResult
    asked: tuple[str, ...]
    asked_other: tuple[str, ...]

    def fetch(self, path: str) -> Fetch:
        return next(fetch for fetch in self.result.fetches if fetch.url == f"{self.base}{path}")

    def body(self, path: str) -> str:
        fetch = self.fetch(path)
        return read_body(self.folder / "archive", fetch.archive, fetch.offset)[0].decode()


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """One crawl of a site made by script, with an entry for each hostile page."""
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        pytest.skip("no Chromium on this machine")
    folder = tmp_path_factory.mktemp("rendered")
    with serving({}) as other, serving({}) as site:
        links = "".join(f"<a href='{path}'>{path}</a> " for path in HOSTILE)
        routes: dict[str, Route] = {
            "/robots.txt": Answer(body="User-agent: *\nDisallow: /private/\n", type="text/plain"),
            "/": Answer(
                body=SHELL.format("Groups", f"{links}<script src='/app.js'></script>"), headers={"ETag": '"1"'}
            ),
            "/app.js": Answer(body=SCRIPT, type="text/javascript"),
            "/api/groups.json": Answer(body='["choir", "shed"]', type="application/json"),
            "/groups/choir/": page("Choir", "document.getElementById('list').innerHTML = '<li>Tuesdays at 10am</li>'"),
            "/groups/shed/": page("Shed"),
            "/private/data.json": Answer(body="{}", type="application/json"),
            "/form": Answer(body="{}", type="application/json"),
            "/sw.js": Answer(body="", type="text/javascript"),
            "/big.zip": Answer(body=b"PK", type="application/zip"),
        }
        routes |= {
            path: page(path.strip("/"), script.format(other=other.base, port=other.server_port))
            for path, script in HOSTILE.items()
        }
        site.routes.update(routes)
        source = Source(start=(f"{site.base}/",), javascript=True)
        locality = Locality(
            key="sample", name="Sample", gss_code="E99999999", allow_loopback=True, delay_seconds=0, source=(source,)
        )
        limits = read_limits(ROOT / "data").model_copy(update={"render_seconds": 4.0, "max_body_bytes": 2_000_000})
        archive = folder / "archive"
        job = CrawlJob(locality=locality, out=folder / "run", archive=archive, user_agent="tidiermap/0", limits=limits)
        result = crawl(job)
        asked, asked_other = tuple(site.asked), tuple(other.asked)
        assert site.agents == {"tidiermap/0"}
    return Rendered(folder=folder, base=site.base, result=result, asked=asked, asked_other=asked_other)


@pytest.mark.browser
def test_a_list_made_by_script_is_read_and_followed(rendered: Rendered) -> None:
    assert "Tuesdays at 10am" in rendered.body("/groups/choir/"), "reached over a list that a script made"
    assert rendered.fetch("/groups/shed/").status == 200
    assert rendered.result.stats.finish_reason == "finished"


@pytest.mark.browser
def test_what_is_archived_is_the_rendered_page_and_says_so(rendered: Rendered) -> None:
    fetch = rendered.fetch("/")
    data = (rendered.folder / "archive" / fetch.archive).read_bytes()
    record = zlib.decompressobj(wbits=31).decompress(data[fetch.offset :])
    assert b"X-Tidiermap-Rendered: chromium" in record
    assert b'href="/groups/choir/"' in record
    assert fetch.etag == "", "the shell's tag says nothing of its data"


@pytest.mark.browser
def test_no_script_reaches_another_host(rendered: Rendered) -> None:
    assert rendered.asked_other == ()


@pytest.mark.browser
def test_scripts_get_what_robots_and_manners_allow_and_no_more(rendered: Rendered) -> None:
    paths = set(rendered.asked)
    assert "/api/groups.json" in paths
    for refused in ("/private/data.json", "/form", "/sw.js", "/big.zip", "/popup-own/", "/favicon.ico"):
        assert refused not in paths, refused
    assert not [path for path in paths if path.startswith("/round/?")]


@pytest.mark.browser
def test_an_alert_holds_nothing_up(rendered: Rendered) -> None:
    assert "after the alert" in rendered.body("/alert/")


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/away/", "/round/", "/download/"])
def test_a_script_that_leads_away_leaves_the_page_that_it_is_on(rendered: Rendered, path: str) -> None:
    assert f"<h1>{path.strip('/')}</h1>" in rendered.body(path)


@pytest.mark.browser
def test_scripts_without_end_cost_their_time_and_their_page_alone(rendered: Rendered) -> None:
    assert rendered.fetch("/loop/").cause == "timeout"
    assert rendered.fetch("/grow/").cause in ("timeout", "too_large")
    assert {rendered.fetch(path).status for path in HOSTILE if path not in ("/loop/", "/grow/")} == {200}


def test_a_machine_without_a_browser_is_told_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"found 'none', expected one of chromium.*TIDIERMAP_CHROMIUM"):
        find_browser({"PATH": str(tmp_path)})
    with pytest.raises(ConfigError, match=r"TIDIERMAP_CHROMIUM.*the path of a Chromium"):
        find_browser({"TIDIERMAP_CHROMIUM": str(tmp_path / "none")})


def test_nothing_is_needed_where_no_source_asks_for_javascript(tmp_path: Path) -> None:
    locality = Locality(key="x", name="X", gss_code="E99999999", source=(Source(start=("https://example.org/",)),))
    job = CrawlJob(locality=locality, out=tmp_path, archive=tmp_path, user_agent="tidiermap/0")
    check_rendering(job, {"PATH": str(tmp_path)})
