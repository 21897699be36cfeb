"""Forms of a page, filled in and sent as a browser would. Read by parsel: a record page has a thousand elements."""

from httpx import Response
from parsel import Selector, SelectorList
from starlette.testclient import TestClient


def filled_in(page: Response, *, button: str, field: str = "", **typed: object) -> tuple[str, dict[str, object]]:
    """Where the form with this button (its value) of this field goes, and what a browser sends with it."""
    for form in Selector(text=page.text).css("form[method=post]"):
        hidden = {one.attrib["name"]: one.attrib.get("value", "") for one in form.css("input[type=hidden]")}
        pressed = form.css(f'button[value="{button}"]')
        if hidden.get("field", "") == field and pressed:
            action = pressed.attrib.get("formaction") or form.attrib["action"]
            return action, {**hidden, **_typed(form), "verdict": button, **typed}
    raise AssertionError(f"the page has no button {button!r} for {field or 'the record'}")


def _typed(form: Selector) -> dict[str, object]:
    values: dict[str, object] = {
        area.attrib["name"]: "".join(area.css("::text").getall()).removeprefix("\n") for area in form.css("textarea")
    }
    values |= _values(form.css("input[type=number], input:not([type])"))
    for one in form.css("select"):
        values[one.attrib["name"]] = one.css("option[selected]").attrib.get("value", "")
    if boxes := form.css("input[type=checkbox]"):
        values["value"] = [box.attrib["value"] for box in boxes if "checked" in box.attrib]
    return values


def _values(inputs: SelectorList[Selector]) -> dict[str, object]:
    return {one.attrib["name"]: one.attrib.get("value", "") for one in inputs}


def press(
    client: TestClient, page: Response, *, button: str, field: str = "", follow: bool = True, **typed: object
) -> Response:
    """Fills in a form of the page as a browser would, presses the button, and gives the answer."""
    action, values = filled_in(page, button=button, field=field, **typed)
    answer = client.post(action, data=values)
    return client.get(answer.headers["location"]) if follow and answer.status_code == 303 else answer
