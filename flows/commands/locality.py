"""tidiermap locality new NAME, tidiermap locality list"""

from __future__ import annotations

import click

from flows.commands.context import settings_of
from register.counts import plural
from register.errors import TidiermapError
from register.localities.locality import District, locality_keys, read_districts, read_locality

TEMPLATE = """\
# {name}: where tidiermap looks for its services.
# Put start addresses into a [[source]] below, then:  tidiermap discover {key}

name = "{name}"
gss_code = "{gss_code}"            # checked against data/districts.csv
former_gss_codes = [{former}]      # codes of the districts that it replaced

# An e-mail or web address at which you answer the sites you visit; it is sent with every request.
# Needed as soon as a start address lies on the public web.
contact = ""

# expected_pages = 20     # a crawl that reads fewer is quarantined: it marks nothing missing
# delay_seconds = 1.0     # pause between two requests to one host; at least 0.5 on the public web
# schedule = "0 3 * * 1"  # cron, London time, for tidiermap serve: here Mondays at three in the morning
# allow_loopback = true   # lets tests crawl 127.0.0.1; nothing else on a private network is ever asked

# pilot = true            # every decided record is decided again by a second reviewer
# places = ["..."]        # neighbourhoods and estates that data/places.csv lacks: a service that names one is local

# One [[source]] a website. kind is "site" (follow all links of the host), "sitemap" (its sitemap's pages), "listing"
# (detail pages behind a directory), "oruk" (an Open Referral UK feed), "calendar" (iCalendar), or "feed" (RSS, Atom).
# [[source]]
# kind = "site"
# start = ["https://www.example.org/"]
# follow = ["^/groups/"]  # regular expressions searched in path and query; leave out to follow the whole host
# skip = ["^/news/"]
# javascript = true       # renders pages that scripts make; needs Chromium
# max_pages = 2000
# max_depth = 8

# A list of sites (url, name, note) is a source too; so are the charity register and search results: docs/seeds.md.
# [[source]]
# kind = "addresses"
# file = "seeds/{key}.csv"
"""


@click.group(help="Write and list locality files.")
def command() -> None: ...


@command.command(help="Write a commented locality file for the district NAME (its name or GSS code).")
@click.argument("name")
@click.pass_context
def new(ctx: click.Context, name: str) -> None:
    data = settings_of(ctx).data
    district = find_district(name, read_districts(data))
    path = data / "localities" / f"{district.key}.toml"
    if path.exists():
        raise TidiermapError(f"{path}: found a locality file, expected none; edit it, or take it away first")
    former = ", ".join(f'"{code}"' for code in district.former_codes.split())
    text = TEMPLATE.format(name=district.name, key=district.key, gss_code=district.gss_code, former=former)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    click.echo(f"Wrote {path}\nPut start addresses into it, then: tidiermap discover {district.key}")
    click.echo(f"Where you have none yet: tidiermap search {district.key} --dry-run")


@command.command("list", help="List the locality files and whether each is right.")
@click.pass_context
def list_localities(ctx: click.Context) -> None:
    data = settings_of(ctx).data
    for key in locality_keys(data):
        try:
            locality = read_locality(data, key)
            starts = sum(len(source.start) for source in locality.sources)
            told = plural(starts, "start address", "start addresses")
            click.echo(f"{key}: {locality.name} ({locality.gss_code}), {told}")
        except TidiermapError as error:
            click.echo(f"{key}: {error}", err=True)


def find_district(name: str, districts: tuple[District, ...]) -> District:
    """The one district that `name` (any spelling of name, key or code, old codes too) means; an error else."""
    wanted = name.strip().casefold()
    exact = [
        d
        for d in districts
        if wanted in (d.name.casefold(), d.key, d.gss_code.casefold(), *d.former_codes.casefold().split())
    ]
    near = exact or [d for d in districts if wanted.replace(" ", "-") in d.key]
    if len(near) == 1:
        return near[0]
    some = ", ".join(f"{d.key} ({d.gss_code})" for d in near[:8])
    expected = f"one of {some}" if near else "a district or county of England, as data/districts.csv lists them"
    raise TidiermapError(f"locality {name!r}: found {len(near)} districts of that name, expected {expected}")
