"""Addresses of the console's pages, which an edition knows only where its programme's outline says them."""

from __future__ import annotations

from urllib.parse import quote

from chalicelib.domain.period.body import find_outline
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo


def find_edition_page(consolidation: Consolidation, edition: EditionInfo) -> str:
    """The edition's own page, for the QR code; "" if the outline asks for none."""
    return _make_address(find_outline(consolidation.tally).qr_address, "lan-phat-hanh", consolidation, edition)


def find_figures_page(consolidation: Consolidation, edition: EditionInfo) -> str:
    """The page of the period's figures, for the workbook; below it each indicator has its own. "" if none is known."""
    outline = find_outline(consolidation.tally)
    return _make_address(outline.console_address or outline.qr_address, "so-lieu", consolidation, edition)


def _make_address(console: str, page: str, consolidation: Consolidation, edition: EditionInfo) -> str:
    """ "" for a trial, of which the console knows nothing."""
    if not console or not edition.number:
        return ""
    parts = ["pv05", page, consolidation.programme.code, consolidation.period.code]
    parts += [str(edition.number)] if page == "lan-phat-hanh" else []
    return "/".join((console.rstrip("/"), *(quote(part, safe="") for part in parts)))
