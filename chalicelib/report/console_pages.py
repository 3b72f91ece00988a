"""Addresses of the console's pages, which an edition knows only where its programme's outline says them."""

from __future__ import annotations

from urllib.parse import quote

from chalicelib.domain.period.body import find_outline
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.programme.branches import SEPARATOR, name_part


def find_edition_page(consolidation: Consolidation, edition: EditionInfo) -> str:
    """The edition's own page, for the QR code; "" if the outline asks for none."""
    console = find_outline(consolidation.tally).qr_address
    return _make_address(console, consolidation, edition, page="lan-phat-hanh", number=str(edition.number))


def find_figures_page(consolidation: Consolidation, edition: EditionInfo) -> str:
    """The page of the period's figures, for the workbook; below it each indicator has its own. "" if none is known."""
    outline = find_outline(consolidation.tally)
    return _make_address(outline.console_address or outline.qr_address, consolidation, edition, page="so-lieu")


def _make_address(
    console: str, consolidation: Consolidation, edition: EditionInfo, *, page: str, number: str = ""
) -> str:
    """ "" for a trial, of which the console knows nothing."""
    if not console or not edition.number:
        return ""
    path = filter(None, ("pv05", page, name_part(consolidation.programme), consolidation.period.code, number))
    return "/".join((console.rstrip("/"), *(quote(part, safe=SEPARATOR) for part in path)))
