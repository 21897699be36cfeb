"""A seeded locality from its list to the queue: small budgets, routes kept, shared platforms named for a person."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copytree

from flows.discover import discover
from flows.progress import QuietProgress
from flows.settings import Settings

DATA = Path(__file__).parent.parent / "data"
PAGE = """<html><head><title>{name}</title></head><body><h1>{name}</h1>
<p>{name} is a friendship group for anyone who feels lonely. Come for a hot drink and a chat every Monday, 2pm to 4pm,
at the community centre, {postcode}. It is free, just come along.</p>
<p>Run by volunteers. To join, call 0161 496 0000.</p><ul>{links}</ul></body></html>"""


@contextmanager
def site(name: str, postcode: str) -> Iterator[tuple[str, list[str]]]:
    """A site of many pages; gives its address and the paths that were asked for."""
    asked: list[str] = []

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            if self.path == "/robots.txt":
                self.send_error(404)
                return
            number = int(self.path.strip("/") or 0)
            links = "".join(f'<li><a href="/{n}/">Notes {n}</a></li>' for n in range(number + 1, number + 6))
            words = PAGE.format(name=name, postcode=postcode, links=links)
            body = (
                words if number == 0 else f"<html><body><h1>Notes {number}</h1><ul>{links}</ul></body></html>"
            ).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        server.server_close()


def test_a_list_of_addresses_fills_the_queue_within_its_budget(tmp_path: Path) -> None:
    data = Path(copytree(DATA, tmp_path / "data"))
    (data / "seeds").mkdir()
    with site("Otterby Tea Club", "M5 4WT") as (here, asked), site("Far Tea Club", "BL9 0SW") as (far, _):
        rows = f"url,name,note\n{here},Tea,\n{far},,\nhttps://www.facebook.com/otterby,Otterby Tea,\n"
        (data / "seeds" / "found.csv").write_text(rows)
        (data / "localities" / "salford.toml").write_text(
            'name = "Salford"\ngss_code = "E08000006"\nallow_loopback = true\ndelay_seconds = 0\n'
            '[[source]]\nkind = "addresses"\nfile = "seeds/found.csv"\nmax_pages_per_host = 6\n'
        )
        settings = Settings(register=tmp_path / "register.db", data=data)
        summary = discover("salford", settings=settings, progress=QuietProgress())
    assert len([path for path in asked if path != "/robots.txt"]) <= 6
    assert ("shared platform", "https://www.facebook.com/otterby") in {(i.kind, i.url) for i in summary.issues}
    with settings.open_store() as store:
        scopes = {row.name: row.scope.value for row in store.queue.rows(locality="salford")}
        (row,) = store.queue.rows(search="Otterby Tea Club")
        routes = store.routes.of_candidate(row.id)
    assert scopes["Otterby Tea Club"] == "local"
    assert scopes["Far Tea Club"] == "elsewhere"
    assert [(route.kind, route.source) for route in routes] == [("addresses", "seeds/found.csv")]
