"""Keeps robots from the form that anybody may send, without scripts and without asking anybody else."""

from __future__ import annotations

import hmac
import re
from datetime import datetime, timedelta

from register.public.rules import ReportRules

LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


def open_form(key: str, record_id: str, *, now: datetime) -> str:
    """What a form about this record carries: when it was opened, bound to the record and to the visitor's `key`."""
    opened = str(int(now.timestamp()))
    return f"{opened}.{_seal(key, record_id, opened)}"


def fault_of_form(told: str, key: str, record_id: str, *, now: datetime, rules: ReportRules) -> str:
    """Why a form is not believed, in words for its sender; nothing where it is."""
    opened, _, seal = told.partition(".")
    whole = re.fullmatch(r"[0-9]{1,12}", opened) and hmac.compare_digest(
        seal.encode(), _seal(key, record_id, opened).encode()
    )
    age = now.timestamp() - int(opened) if whole else float("inf")
    if age > timedelta(hours=rules.form_hours).total_seconds():
        return "This form was open for too long. Please send it once more."
    if age < rules.least_seconds:
        return "That was very quick, so it may be a robot's. If you are a person, please send it once more."
    return ""


def fault_of_words(told: str, rules: ReportRules) -> str:
    if not told:
        return "Please say in a few words what is wrong."
    if len(told) > rules.longest:
        return f"Please keep to {rules.longest:,} characters; this has {len(told):,}."
    if len(LINK.findall(told)) > rules.most_links:
        return "Please leave out web addresses: robots send those."
    return ""


def _seal(key: str, record_id: str, opened: str) -> str:
    return hmac.new(key.encode(), f"{record_id} {opened}".encode(), "sha256").hexdigest()
