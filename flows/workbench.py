"""Puts the review application together: it gets its archive and its page rendering passed in."""

from __future__ import annotations

from starlette.applications import Starlette

from crawlers.archive import read_body
from extract.snapshot import render_snapshot
from flows.discovery.learned_order import learn_order
from flows.intake import open_desk
from flows.learning.precedents import Precedents
from flows.publishing.public_face import open_face, refresh_public
from flows.settings import Settings
from register.codes.checklist import read_checklist
from register.codes.codebook import read_codebook
from register.localities.locality import pilot_localities
from register.localities.needs import locality_needs
from register.public.privacy import read_discretion
from register.reviewing.rules import read_review_rules
from register.staleness.freshness import read_freshness
from review.app import create_app
from review.settings import ReviewSettings


def open_app(settings: Settings, *, secure_cookies: bool = False, names: frozenset[str] = frozenset()) -> Starlette:
    """The application over the settings' register; brings an older register up to date first."""
    with settings.open_store() as store:
        archive = store.archive
        with store.transaction():
            store.queue.lists.set_needs(locality_needs(settings.data))
    refresh_public(settings)
    return create_app(
        ReviewSettings(
            register=settings.register,
            codebook=read_codebook(settings.data),
            checklist=read_checklist(settings.data),
            rules=read_review_rules(settings.data),
            freshness=read_freshness(settings.data),
            read_body=lambda name, offset: read_body(archive, name, offset),
            render_snapshot=render_snapshot,
            clock=settings.clock,
            find_similar=Precedents().find,
            learn_order=learn_order,
            intake=open_desk(settings),
            pilots=pilot_localities(settings.data),
            secure_cookies=secure_cookies,
            names=names,
            public=open_face(settings),
            discretion=read_discretion(settings.data),
        )
    )
