"""Protects every form against requests that another site makes in the visitor's name.

Two checks must pass: the browser's own header about the request's origin, and a seal in the form that only our
pages can make. The seal is derived from a secret that the visitor has: the token of a unit's link, or a random
cookie of the console.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from chalicelib.domain.clock import VIETNAM
from chalicelib.office.refusals import SentBefore
from chalicelib.store.counters import count
from chalicelib.web.problems import Forbidden, FormWrong, Stale
from chalicelib.web.request import Request

FIELD = "mau"
_ONCE = timedelta(days=400)
_LONGEST_NUMBER = 15
_DAY = len("2022-05-14")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?)?", re.ASCII)
"""As browsers write a date and a time. "20220514" is a date too, and would not mean the end of its day."""

_YEARS = range(2020, 2100)
_FOREIGN = "Yêu cầu không đến từ trang của hệ thống. Xin mở lại trang rồi thực hiện."


def make_seal(secret: str) -> str:
    """The value of the hidden field of a form whose visitor holds `secret`."""
    return hmac.new(secret.encode(), b"tonghop-form", hashlib.sha256).hexdigest()


def check_seal(request: Request, secret: str) -> None:
    """Raises Forbidden for a form that does not come from our pages."""
    check_own(request)
    if not is_sealed(request, secret):
        raise Forbidden(_FOREIGN)


def is_sealed(request: Request, secret: str) -> bool:
    """Whether the form was made for this visitor. One that was filled in before signing in anew was not."""
    return bool(secret) and hmac.compare_digest(request.form.get(FIELD, "").encode(), make_seal(secret).encode())


def read_form_number(request: Request) -> str:
    """The number that the page gave the form, 32 hexadecimal digits. Raises Stale for a form without one."""
    number = request.form.get("mot-lan", "")
    if not re.fullmatch(r"[0-9a-f]{32}", number):
        raise Stale
    return number


def check_once(request: Request) -> None:
    """Raises SentBefore for a form that was sent before, so it is not acted on twice."""
    if count(f"form#{read_form_number(request)}", now=request.now, window=_ONCE) > 1:
        raise SentBefore


def check_own(request: Request) -> None:
    """Raises Forbidden for a form that another site sent."""
    if not _is_own_origin(request):
        raise Forbidden(_FOREIGN)


def _is_own_origin(request: Request) -> bool:
    """Checks headers that browsers send since 2019. Pages without referrer send the origin "null", which passes."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.headers.get("host")


def parse_number(text: str) -> int | None:
    """A whole number made of digits only; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _LONGEST_NUMBER else None


def read_text(request: Request, name: str, *, label: str, most: int = 2000, needed: bool = True) -> str:
    """A field of the form, of one or more lines. Raises FormWrong if it is required and empty, or too long."""
    text = request.form.get(name, "").strip()
    if needed and not _is_visible(text):
        raise FormWrong(f"Xin điền mục “{label}”.")
    if len(text) > most:
        raise FormWrong(f"Mục “{label}” dài quá {most} ký tự.")
    return text


def _is_visible(text: str) -> bool:
    """Whether a reader sees anything of it: not of spaces, control and direction characters alone."""
    return any(unicodedata.category(character)[0] not in "CZ" for character in text)


def read_day(text: str, *, label: str) -> date | None:
    """A day as browsers write it; None where it is left out."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise FormWrong(f"Mục “{label}” không phải là ngày.") from None
    if len(text) != _DAY or day.year not in _YEARS:
        raise FormWrong(f"Mục “{label}”: năm phải từ {_YEARS.start} đến {_YEARS.stop - 1}.")
    return day


def read_moment(request: Request, name: str, *, label: str, needs_time: bool = False) -> datetime:
    """The date and time in the form's field, in Viet Nam's time. A date alone means the end of that day."""
    text = read_text(request, name, label=label, most=30)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise FormWrong(f"Mục “{label}” không phải là ngày, giờ.") from None
    if not _MOMENT.fullmatch(text) or (needs_time and len(text) == _DAY):
        raise FormWrong(f"Mục “{label}”: xin ghi ngày và giờ Việt Nam, ví dụ 2026-05-15 00:00.")
    moment = moment.replace(tzinfo=VIETNAM)
    if moment.year not in _YEARS:
        raise FormWrong(f"Mục “{label}”: năm phải từ {_YEARS.start} đến {_YEARS.stop - 1}.")
    return moment + timedelta(days=1) if len(text) == _DAY else moment
