"""The pages that anybody may read: the search with its map, a page a service, what robots are told."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response

from register.errors import NotFoundError
from register.localities.outlines import Ring
from register.public.service import PublicService
from register.store.publishing.public import Listed
from review.public.face import PublicFace
from review.public.map import Picture, draw, frame_of
from review.public.query import DISTANCES, PublicQuery, read_query
from review.public.search import MILE, Found, search
from review.public.service_page import lay_out_service
from review.public.tombstone_page import lay_out_tombstone
from review.queue.page import show_queue
from review.record.snapshot_pages import STATIC
from review.visit import Visit, redirect

PAGE_LENGTH = 20  # services of a list
CACHE = "public, max-age=120"
LONDON = ZoneInfo("Europe/London")
NEIGHBOURHOOD = 3_000  # metres around a service that its own map shows
FRAME_SHARE = 0.98  # of the points frame the map; a few far ones do not make it a map of nothing
ROBOTS = """User-agent: *
Disallow: /candidate
Disallow: /record
Disallow: /sign-in
Disallow: /services?
Disallow: /*/wrong
Allow: /services

Sitemap: {base}sitemap.xml
"""


def face_of(visit: Visit) -> PublicFace:
    """Raises NotFoundError where this application was given no public face."""
    if visit.bench.settings.public is None:
        raise NotFoundError("There are no public pages here.")
    return visit.bench.settings.public


def show_front(visit: Visit) -> Response:
    """The queue for whoever is signed in, the services for everybody else."""
    if visit.session is not None:
        return show_queue(visit)
    return redirect("/services" if visit.bench.settings.public else "/sign-in")


def show_services(visit: Visit) -> Response:
    face, query = face_of(visit), read_query(visit.request.query_params)
    found = search(visit.store, face, query)
    if hidden := visit.hidden_records:
        found = replace(found, services=tuple(one for one in found.services if one.id not in hidden))
        picture = _picture(face, query, found)
    else:
        whole = query.on_page(1)
        picture = face.pictures.of(found.edition, whole.address, lambda: _picture(face, whole, found))
    pages = max(1, -(-len(found.services) // PAGE_LENGTH))
    query = query.on_page(min(query.page, pages))
    first = (query.page - 1) * PAGE_LENGTH
    shown = visit.store.public.some(one.n for one in found.services[first : first + PAGE_LENGTH])
    numbers = {one.id: one.n for one in found.services[first : first + PAGE_LENGTH]}
    return _cached(
        visit,
        "services.html",
        query=query,
        found=found,
        first=first + 1,
        pages=pages,
        rows=tuple(
            lay_out_service(service, face, today=_today(visit), away=_away(found, numbers[service.id]))
            for service in shown
        ),
        distances=DISTANCES,
        picture=picture,
        indexed=query.is_everything,
    )


def show_service(visit: Visit) -> Response:
    """A service's page; its dated tombstone where it was withdrawn; the way to the one that it was merged into."""
    face, service_id = face_of(visit), visit.request.path_params["id"]
    if kept := visit.store.public.moved_to(service_id):
        return RedirectResponse(f"/services/{kept}", 302, headers={"cache-control": "no-cache"})
    service = visit.store.public.get(service_id)
    if service.withdrawn_at is not None:
        return _cached(visit, "tombstone.html", status=410, told=lay_out_tombstone(service), service=service)
    told = lay_out_service(service, face, today=_today(visit))
    picture = _own_picture(face, service)
    return _cached(visit, "service.html", told=told, service=service, picture=picture)


def show_robots(visit: Visit) -> Response:
    face_of(visit)
    return PlainTextResponse(ROBOTS.format(base=visit.request.base_url), headers={"cache-control": CACHE})


def show_icon(visit: Visit) -> Response:
    """Browsers ask for it beside what is no HTML, such as a table that is taken away."""
    return FileResponse(STATIC / "icon.svg", headers={"cache-control": CACHE})


def show_sitemap(visit: Visit) -> Response:
    face_of(visit)
    hidden = visit.hidden_records
    ids = tuple(one for one in visit.store.public.ids() if one not in hidden)
    response = visit.render("sitemap.xml", ids=ids, base=str(visit.request.base_url))
    response.headers["content-type"] = "application/xml"
    response.headers["cache-control"] = "no-store" if hidden else CACHE
    return response


def _cached(visit: Visit, template: str, *, status: int = 200, **context: object) -> Response:
    """The page with its tag; nothing but the tag where the visitor has the very same already.

    Who asks makes no difference to what is shown, so that anybody may keep it; but for a reviewer who is to decide on a
    record again without knowing how it was decided: they are not shown that one.
    """
    response = visit.render(template, status=status, **context)
    if visit.hidden_records:  # a blind reviewer's, and nobody else's
        response.headers["cache-control"] = "no-store"
        return response
    tag = f'"{hashlib.sha256(response.body).hexdigest()[:24]}"'
    headers = {"etag": tag, "cache-control": CACHE}
    if tag in visit.request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response


def _today(visit: Visit) -> date:
    return visit.store.clock().astimezone(LONDON).date()


def _away(found: Found, number: int) -> float | None:
    """Miles to the service with this number; None where nobody asked or it has no place."""
    metres = found.metres.get(number)
    return None if metres is None else metres / MILE


def _picture(face: PublicFace, query: PublicQuery, found: Found) -> Picture | None:
    points = [point for one in found.services for point in one.points]
    if found.spot and query.within and not query.box:
        reach = query.within * MILE
        east, north = found.spot
        frame = frame_of([(east - reach, north - reach), (east + reach, north + reach)])
    else:
        frame = frame_of(_middle(points), box=query.box)
    if frame is None:
        return None
    return draw(
        found.services,
        frame,
        zoom=lambda box: query.in_box(box).address,
        rings=_rings(face, found),
        landmarks=face.landmarks,
        ground=face.ground,
        here=found.spot,
    )


def _middle(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The points without the few that lie farthest out, east, west, north and south."""
    if len(points) < 20:
        return points
    cut = int(len(points) * (1 - FRAME_SHARE) / 2)
    east, north = sorted(e for e, _ in points), sorted(n for _, n in points)
    last = len(points) - 1 - cut
    return [(east[cut], north[cut]), (east[last], north[last])]


def _rings(face: PublicFace, found: Found) -> tuple[Ring, ...]:
    """The outlines of the districts of what was found."""
    named = (option for facet in found.facets if facet.name == "locality" for option in facet.options if option.count)
    codes = dict.fromkeys(face.gss_codes.get(option.value, "") for option in named)
    return tuple(ring for code in codes for ring in face.outline(code))


def _own_picture(face: PublicFace, service: PublicService) -> Picture | None:
    points = tuple((point.east, point.north) for point in service.points)
    if not points:
        return None
    frame = frame_of([(e + d, n + d) for e, n in points for d in (-NEIGHBOURHOOD, NEIGHBOURHOOD)])
    if frame is None:
        return None
    own = Listed(n=0, id=service.id, name=service.name, facets=(), points=points)
    return draw(
        (own,),
        frame,
        zoom=lambda box: PublicQuery(box=box).address,
        rings=face.outline(service.gss_code),
        landmarks=face.landmarks,
        ground=face.ground,
        here=None,
    )
