"""What the register counts of each candidate, so that a number of many and a common name say less than a rare one."""

from __future__ import annotations

from collections.abc import Iterator

from register.matching.blocks import number_of
from register.matching.comparing import host_key, name_key
from register.matching.traits import Traits


def borne(one: Traits) -> Iterator[tuple[int, int]]:
    """(key, bearer) as numbers: names by their contact, contacts by their name, a website by who is found on it."""
    contacts = (*one.phones, *one.emails)
    name = " ".join(one.name)
    yield number_of(name_key(one.name)), number_of(bearer_of(one))
    for contact in contacts:
        yield number_of(contact), number_of(name)
    if found := found_by(one):
        yield number_of(host_key(one.host)), number_of(found)


def found_by(one: Traits) -> str:
    """By what a website's entry is found: its first contact, else its place. One organisation's website has few of
    them, a directory many, also one that names no contacts."""
    return next(iter((*one.phones, *one.emails, *one.postcodes)), "")


def bearer_of(one: Traits) -> str:
    """Whom a name is counted for: its first contact, else what it says of itself; cards that say nothing are one."""
    return found_by(one) or str(one.sketch[0] if one.sketch else "")
