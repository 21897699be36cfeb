"""tidiermap retrain [--dry-run | --list | --back MODEL | --drift]"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from flows.commands.context import settings_of
from flows.progress import BarProgress

if TYPE_CHECKING:
    from flows.learning.retrain import Retrained
    from flows.learning.shelf import Card


@click.command(help="Learn codes from reviewers' decisions; use the new model where it is better on held-back sites.")
@click.option("--dry-run", is_flag=True, help="Say what would come of it; write nothing.")
@click.option("--list", "listed", is_flag=True, help="List the models, the one in use marked.")
@click.option("--back", metavar="MODEL", help="Use that model again ('shipped': the one that came with tidiermap).")
@click.option("--drift", is_flag=True, help="Report what was accepted, code by code and month by month; a page.")
@click.pass_context
def command(ctx: click.Context, dry_run: bool, listed: bool, back: str | None, drift: bool) -> None:
    if dry_run + listed + (back is not None) + drift > 1:
        raise click.UsageError("give one of --dry-run, --list, --back and --drift")
    settings = settings_of(ctx)
    if drift:
        from flows.learning.drift_report import write_drift_report

        lines, path = write_drift_report(settings=settings)
        click.echo("\n".join((*lines, str(path))))
        return
    from flows.learning.retrain import go_back, retrain
    from flows.learning.shelf import Shelf
    from flows.settings import SHIPPED

    if listed:
        shelf = Shelf(settings.models)
        used = shelf.in_use
        click.echo(f"{'*' if used == SHIPPED else ' '} {SHIPPED}")
        for card in shelf.cards():
            click.echo(f"{'*' if card.id == used else ' '} {_in_a_line(card)}")
    elif back is not None:
        changed, waiting = go_back(back, settings=settings)
        click.echo(f"{back} is in use; {_coded(changed, waiting)}")
    else:
        done = retrain(settings=settings, progress=BarProgress(), dry_run=dry_run)
        click.echo("\n".join(_told(done, dry_run=dry_run)))


def _in_a_line(card: Card) -> str:
    gain = card.comparison.decisive
    return (
        f"{card.id}  {'promoted' if card.promoted else 'kept back'}  {len(card.decisions):5} decisions  "
        f"{card.comparison.services:5} services  {card.comparison.sites:4} sites  "
        f"{gain.mean:+.3f} [{gain.low:+.3f} to {gain.high:+.3f}]  {card.reason}"
    ).rstrip()


def _told(done: Retrained, *, dry_run: bool) -> list[str]:
    card, compared = done.card, done.card.comparison
    by = compared.decisive
    gain = f"{by.mean:+.3f} [{by.low:+.3f} to {by.high:+.3f}] on held-back sites"
    lines = [f"learned from {len(card.decisions)} decisions on {compared.services} services of {compared.sites} sites"]
    for was, now in zip(compared.before, compared.after, strict=True):
        right = f"shown codes right {was.precision:.3f} -> {now.precision:.3f}"
        lines.append(f"  {now.scheme:10}  {right}   F1 {was.f1:.3f} -> {now.f1:.3f}")
    if dry_run and card.promoted:
        lines.append(f"new model better by {gain}: would be promoted in the place of {card.parent}")
    elif dry_run:
        lines.append(f"{card.reason} ({gain}): {card.parent} would stay in use")
    elif card.promoted:
        lines.append(f"new model better by {gain}: {card.id} promoted in the place of {card.parent}")
        lines.append(_coded(done.changed, done.waiting))
    else:
        lines.append(f"{card.reason} ({gain}): {card.parent} stays in use; {card.id} is kept beside it")
    return lines


def _coded(changed: int, waiting: int) -> str:
    return f"{changed} of {waiting} undecided services are proposed otherwise, decided fields stay"
