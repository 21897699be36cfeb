"""Open Referral UK feeds of invented services, as the routes of a site on loopback."""

import json

from tests.loopback import Answer, Route

Services = list[dict[str, object]]
NAMES = ("Canal Bank Choir", "Loom Street Shed", "Harbour Bereavement Group", "Tuesday Table", "Kite Hill Walkers")


def service(number: int, **more: object) -> dict[str, object]:
    """An invented service as version 3 gives it in full."""
    return {
        "id": f"s-{number}",
        "name": NAMES[number],
        "description": "<p>For people who feel lonely, to help them make friends.</p><p>Tea is provided.</p>",
        "status": "active",
        "email": f"hello{number}@example.org",
        "minimum_age": 18,
        "cost_options": [{"id": "c", "amount": 0, "option": "Free"}],
        "schedules": [{"id": "t", "freq": "WEEKLY", "byday": "TU", "opens_at": "10:00:00", "closes_at": "12:30:00"}],
        "organization": {"id": "o", "name": "Loom Street Trust"},
        "service_at_locations": [
            {
                "id": "l",
                "location": {
                    "name": "The Loom",
                    "addresses": [{"address_1": "1 Loom Street", "postal_code": "WF1 1AA"}],
                },
            }
        ],
        **more,
    }


def version_3(page: int, per_page: int, services: Services) -> dict[str, object]:
    pages, brief = _list(page, per_page, services)
    return {
        "total_items": len(services), "total_pages": pages, "page_number": page, "size": len(brief),
        "first_page": page == 1, "last_page": page >= pages, "empty": not brief, "contents": brief,
    }  # fmt: skip


def version_1(page: int, per_page: int, services: Services) -> dict[str, object]:
    pages, brief = _list(page, per_page, services)
    return {
        "totalElements": len(services), "totalPages": pages, "number": page, "size": len(brief),
        "first": page == 1, "last": page >= pages, "empty": not brief, "content": brief,
    }  # fmt: skip


def _list(page: int, per_page: int, services: Services) -> tuple[int, Services]:
    """How many pages the list has, and the services on this one in brief."""
    part = services[(page - 1) * per_page : page * per_page]
    brief = [{key: one[key] for key in ("id", "name", "description") if key in one} for one in part]
    return -(-len(services) // per_page), brief


def as_json(value: object) -> Answer:
    return Answer(body=json.dumps(value), type="application/json; charset=utf-8")


def feed(base: str, form, services: Services, per_page: int = 2) -> dict[str, Route]:
    """The routes of a feed at `base`: its lists, and its services in full."""
    pages = -(-len(services) // per_page)
    routes: dict[str, Route] = {
        f"{base}/services?page={page}": as_json(form(page, per_page, services)) for page in range(1, pages + 1)
    }
    return routes | {f"{base}/services/{one['id']}": as_json(one) for one in services}
