"""Page templates: one Jinja environment that escapes everything. An unknown name is an error."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from chalicelib.domain.clock import VIETNAM, local_date
from chalicelib.domain.issues.telling import group_by_kind
from chalicelib.domain.language.vietnamese import (
    format_day,
    format_number,
    format_size,
    render_deadline,
    render_instant,
    render_value,
)
from chalicelib.domain.period import words
from chalicelib.web.request import Request
from chalicelib.web.response import Response

HOME = Path(__file__).parent
STATIC = HOME / "static"
_UNNAMED = ("", "tep-khong-ten.xlsx")
"""The second one stands on receipts of earlier versions of the product, which invented it."""

_REASONS = {
    "number": "số viết bằng chữ, kèm chữ hoặc dấu phân cách",
    "scale": "số đổi sang đơn vị tính lưu của chỉ tiêu",
    "flag": "có / không viết cách khác",
    "date": "ngày gõ dạng chữ",
    "choice": "lựa chọn viết cách khác",
    "ditto": "dấu “như trên”",
    "merged": "ô gộp với dòng trên",
}
"""Why a value was read otherwise than typed. Every other reason names a legacy encoding."""


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """The page as a response. Its template gets `request`, `root`, its own `page_name` and `values`."""
    body = (
        environment()
        .get_template(template)
        .render(request=request, root=request.root, page_name=Path(template).stem, **values)
    )
    return Response(status, body)


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HOME / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "day": show_day,
        "instant": render_instant,
        "deadline": render_deadline,
        "until": show_until,
        "value": render_value,
        "size": format_size,
        "read_as": show_read_as,
        "place": show_place,
        "file_name": show_file_name,
        "timeliness": lambda value: words.TIMELINESS[value] if value else "Chưa xét",
        "target": lambda state: words.TARGET[state],
        "condition": words.print_condition,
        "standing": words.STANDING.__getitem__,
        "figure": words.print_figure,
        "band": words.print_band,
        "total": lambda total, kind: words.print_total(total, kind) or "–",
        "of_kind": lambda value, kind: words.print_value(value, kind) or "–",
        "kept": words.print_kept,
        "difference": words.print_difference,
        "growth": words.print_growth,
        "review": words.REVIEW.__getitem__,
        "trouble": words.tell_trouble,
        "reason": lambda reason: _REASONS.get(reason, f"chữ theo bảng mã {reason}"),
        "iso": lambda moment: moment.astimezone(VIETNAM).isoformat(timespec="seconds"),
    }
    made.globals |= {"static": static_address, "group_by_kind": group_by_kind}
    return made


@cache
def static_address(name: str) -> str:
    """The file's address below the root. It holds a part of the file's hash, so browsers may cache it for good."""
    path = find_static(name) or STATIC / name
    return f"static/{name}?v={hashlib.sha256(path.read_bytes()).hexdigest()[:10]}"


def find_static(name: str) -> Path | None:
    """A static file of ours or of others, by its name alone: no two have the same."""
    return next((path for path in STATIC.rglob("*") if path.name == name and path.is_file()), None)


def show_file_name(name: str) -> str:
    return "không rõ tên tệp" if name in _UNNAMED else name


def show_day(moment: date | datetime) -> str:
    return format_day(local_date(moment) if isinstance(moment, datetime) else moment)


def show_until(moment: datetime) -> str:
    """The end of a validity. Midnight is shown as the end of the day before."""
    local = moment.astimezone(VIETNAM)
    return f"hết ngày {show_day(moment - timedelta(days=1))}" if local.time() == time.min else render_instant(moment)


def show_place(address: str) -> str:
    """A cell as people say it, from its address as Excel writes it: "Số liệu!E18"."""
    sheet, _, cell = address.rpartition("!")
    return f"ô {cell}, trang {sheet}" if sheet else address


def show_read_as(text: str) -> str:
    """The value read from a cell, which is kept as text: a number gets its thousands separators."""
    return format_number(Decimal(text)) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text
