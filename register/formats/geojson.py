"""Services as points on the map: GeoJSON (RFC 7946), a feature a service, its geometry null where no place is told."""

from __future__ import annotations

import json
from pathlib import Path

from register.formats.plain import PlainWords
from register.formats.tables import write_list
from register.models import ServiceRecord
from register.publishing.located import degrees, postcodes_of
from register.publishing.publication import Edition

FILE = "services.geojson"


def write(edition: Edition, folder: Path) -> None:
    words = PlainWords(edition)
    about: dict[str, str] = {"type": "FeatureCollection", "publication": edition.publication.id}
    about |= {"title": edition.presentation.title, "licence": edition.presentation.licence.url}
    head = json.dumps(about, ensure_ascii=False)[:-1] + ', "features": ['
    features = (feature(record, edition, words) for record in edition.living)
    write_list(folder / FILE, features, head=head, tail="]}\n")


def feature(record: ServiceRecord, edition: Edition, words: PlainWords) -> dict[str, object]:
    """A service, its values in plain words; longitude before latitude, as the standard has it."""
    found = {postcode: edition.find_postcode(postcode) for postcode in postcodes_of(record)}
    places = {postcode: degrees(*spot) for postcode, spot in found.items() if spot is not None}
    cells = zip(edition.presentation.sheet, words.cells(record), strict=True)
    told = {column.key: cell for column, cell in cells if column.key != "id"}
    told |= {"locality": words.place(record), "gss_code": record.gss_code, "places": "; ".join(places)}
    return {"type": "Feature", "id": record.id, "geometry": _geometry([*places.values()]), "properties": told}


def _geometry(points: list[tuple[float, float]]) -> dict[str, object] | None:
    if not points:
        return None
    if len(points) == 1:
        return {"type": "Point", "coordinates": list(points[0])}
    return {"type": "MultiPoint", "coordinates": [list(point) for point in points]}
