"""The sample site: its links hold together, and its two states differ as the documentation says."""

import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from register.localities.locality import read_locality
from sample.serve import Site, serve

ROOT = Path(__file__).parent.parent
BASE = "http://127.0.0.1"
BROKEN_ON_PURPOSE = {"/groups/chess-club.html": 404, "/events/calendar.html": 500, "/search": 404}


class StayAtRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def get(address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    opener = urllib.request.build_opener(StayAtRedirect())
    request = urllib.request.Request(address, headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with opener.open(request, timeout=5) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def links(site: Site, path: str) -> set[str]:
    html = site.answer(path, base=BASE).body.decode("utf-8", errors="replace")
    found = re.findall(r'(?:href|src|action)="([^"#]+)', html)
    joined = {urljoin(f"{BASE}{path}", link.replace("&amp;", "&")) for link in found}
    return {urlsplit(link).path for link in joined if link.startswith(f"{BASE}/")}


@pytest.mark.parametrize("later", [False, True])
def test_internal_links_resolve_except_those_meant_to_be_broken(later: bool) -> None:
    site = Site(later=later)
    broken = {}
    for path in site.pages():
        for link in links(site, path):
            status = site.answer(link, base=BASE).status
            if status not in (200, 301):
                broken[link] = status
    meant = BROKEN_ON_PURPOSE | ({"/services/carers-circle/": 410} if later else {})
    assert broken == meant


@pytest.mark.parametrize("later", [False, True])
def test_every_page_can_be_reached_from_the_front_page(later: bool) -> None:
    site = Site(later=later)
    reached, ahead = set(), {"/"}
    while ahead:
        path = ahead.pop()
        reached.add(path)
        ahead |= {link for link in links(site, path) if link in site.pages()} - reached
    assert set(site.pages()) <= reached
    assert len(site.pages()) >= 25


def test_the_later_state_changes_one_service_drops_one_and_adds_one() -> None:
    before, after = Site(), Site(later=True)
    assert set(before.pages()) - set(after.pages()) == {"/services/carers-circle/"}
    assert set(after.pages()) - set(before.pages()) == {"/services/horizons/"}
    main = re.compile(rb"<main.*</main>", re.DOTALL)

    def content(site: Site, path: str) -> bytes:
        found = main.search(site.answer(path, base=BASE).body)
        return found[0] if found else site.answer(path, base=BASE).body

    both = set(before.pages()) & set(after.pages())
    changed = {path for path in both if content(before, path) != content(after, path)}
    assert changed == {"/services/bereavement-cafe/", "/whats-on/", "/whats-on/timetable/"}
    menu_changed = {path for path in both if before.answer(path, base=BASE).body != after.answer(path, base=BASE).body}
    assert len(menu_changed) > 20, "the menu changed on every page that has it"


def test_the_server_answers_conditional_requests_and_keeps_a_log(tmp_path: Path) -> None:
    log = tmp_path / "access.tsv"
    with serve(log=log) as base:
        status, headers, body = get(f"{base}/services/choir/")
        assert (status, b"Ropeworks Choir" in body) == (200, True)
        assert get(f"{base}/services/choir/", If_None_Match=headers["ETag"])[0] == 304
        assert get(f"{base}/services/choir/", If_Modified_Since=headers["Last-Modified"])[0] == 304
        assert get(f"{base}/services/choir/", If_None_Match='"other"')[0] == 200
        assert get(f"{base}/services/walking-group/")[1]["Location"] == "/services/walking-for-wellbeing/"
        assert get(f"{base}/services/choir")[0] == 301
        assert get(f"{base}/../serve.py")[0] == get(f"{base}/%2e%2e/serve.py")[0] == 404
        assert base.encode() in get(f"{base}/robots.txt")[2]
    statuses = [line.split("\t")[3] for line in log.read_text().splitlines()]
    assert statuses == ["200", "304", "304", "200", "301", "301", "404", "404", "200"]


def test_the_command_prints_its_address_and_serves_the_later_state() -> None:
    command = [sys.executable, str(ROOT / "sample" / "serve.py"), "--port", "0", "--later"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            base = process.stdout.readline().split("/ ")[0]
            assert get(f"{base}/services/horizons/")[0] == 200
            assert get(f"{base}/services/carers-circle/")[0] == 410
        finally:
            process.terminate()


def test_the_sample_locality_expects_fewer_pages_than_there_are() -> None:
    locality = read_locality(ROOT / "data", "sample")
    assert 25 <= locality.expected_pages < len(Site().pages())
    assert locality.allow_loopback
