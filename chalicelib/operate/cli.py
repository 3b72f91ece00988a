"""`tonghop operate …`: what operators do with a running stage.

The environment selects the stage: AWS's own settings and `TONGHOP_*`, as `python -m infra.deploy env` and
`python -m infra.local env` print them.

Exit codes: 0 done, 1 done and found something that needs attention, 2 the command could not be run.
"""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chalicelib import folders
from chalicelib.command_words import TellingGroup, stop
from chalicelib.domain.audit import Stamp
from chalicelib.domain.clock import read_instant
from chalicelib.domain.programme.loading import UNITS, ProgrammeInvalid
from chalicelib.domain.programme.model import Programme, Unit

if TYPE_CHECKING:
    from chalicelib.office.review import Subject
    from chalicelib.office.users import User

FOUND = 1
_DAYS = click.IntRange(max=3660)
"""How long a link can be valid: ten years."""

_WHERE_SETTINGS_ARE = """Lấy các biến của hệ thống từ thư mục mã nguồn, rồi chạy lại lệnh:
  eval "$(.venv/bin/python -m infra.deploy env --stage prod)"   # trên AWS
  eval "$(.venv/bin/python -m infra.local env)"                 # trên máy này, khi `make serve` đang chạy"""


class _Group(TellingGroup):
    """Turns refusals of verbs, and errors of storage and programmes, into one line and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        from chalicelib.office.refusals import Refusal
        from chalicelib.operate.matching import NotEmpty
        from chalicelib.operate.places import BackupUnusable
        from chalicelib.store.errors import ClientUnusable, StorageError
        from chalicelib.store.settings import SettingMissing

        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            stop(str(refusal))
        except SettingMissing as missing:
            stop(f"Thiếu biến môi trường {missing}. {_WHERE_SETTINGS_ARE}")
        except ClientUnusable as unusable:
            stop(f"Chưa rõ hệ thống nào: {unusable}. {_WHERE_SETTINGS_ARE}")
        except click.MissingParameter as missing:
            if not getattr(missing.param, "envvar", None):
                raise
            stop(f"Thiếu {missing.param.opts[0]}. {_WHERE_SETTINGS_ARE}" if missing.param else str(missing))
        except NotEmpty:
            stop("Nơi phục hồi có dữ liệu không thuộc bản sao lưu này: chỉ phục hồi vào một hệ thống mới.")
        except (StorageError, BackupUnusable, ProgrammeInvalid) as error:
            stop(_describe(error))


def _describe(error: Exception) -> str:
    """What failed, in words; the system's own for anything else."""
    from chalicelib.operate.places import BackupUnusable
    from chalicelib.store.errors import StorageError

    match error:
        case BackupUnusable():
            return f"Không dùng được nơi này: {error}."
        case StorageError():
            return f"Kho dữ liệu không làm được việc này ({type(error).__name__}: {error})."
        case _:
            return f"{type(error).__name__}: {error}"


@click.group(cls=_Group)
@click.option("--actor", default="", help="Tên ghi vào nhật ký; mặc định là tài khoản trên máy này.")
@click.pass_context
def operate(ctx: click.Context, actor: str) -> None:
    """Vận hành một hệ thống đang chạy, trên AWS hoặc trên máy."""
    ctx.obj = actor or f"operator:{getpass.getuser()}"


def _now() -> datetime:
    return datetime.now(UTC)


def _load(code: str) -> Programme:
    from chalicelib.store import programmes
    from chalicelib.store.errors import NotFound

    try:
        return programmes.load_in_force(code)
    except NotFound:
        known = ", ".join(programmes.list_programmes())
        stop(f"Không có chương trình mang mã “{code}”. Chương trình đang dùng: {known or 'chưa có'}.")


@contextmanager
def _progress() -> Iterator[Callable[[str, int], None]]:
    """A counting line on a terminal; nothing elsewhere."""
    counts: dict[str, int] = {}

    def tell(name: str, number: int) -> None:
        counts[name] = counts.get(name, 0) + number
        if sys.stderr.isatty():
            click.echo("\r" + ", ".join(f"{each} {count}" for each, count in counts.items()), nl=False, err=True)

    yield tell
    if sys.stderr.isatty():
        click.echo(err=True)


def _print(result: Any) -> None:
    click.echo(json.dumps(result, ensure_ascii=False, indent=1, default=str))


# programmes and units


@operate.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.pass_obj
def import_programme(actor: str, folder: Path) -> None:
    """Đưa một thư mục chương trình vào sử dụng (phiên bản mới nếu có thay đổi)."""
    from chalicelib.office.programme import import_programme as import_files

    try:
        files = {name: text.encode() for name, text in folders.read_folder(folder).items()}
    except (OSError, ProgrammeInvalid) as error:
        stop(f"Không đọc được chương trình “{folder.name}”: {error}")
    version = import_files(files | folders.read_documents(folder), stamp=Stamp(actor, _now()))
    click.echo(f"{version.programme}: phiên bản {version.number}")


@operate.group()
def units() -> None:
    """Danh sách đơn vị đang dùng."""


@units.command("export")
@click.argument("programme")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path))
def export_units(programme: str, output: Path) -> None:
    """Ghi danh sách đơn vị ra tệp CSV."""
    from chalicelib.store.programmes import load_files

    output.write_bytes(load_files(programme, _load(programme).version)[UNITS])


@units.command("replace")
@click.argument("programme")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.pass_obj
def replace_units(actor: str, programme: str, file: Path) -> None:
    """Thay danh sách đơn vị: thành phiên bản mới của chương trình."""
    from chalicelib.office import roster

    loaded, stamp = _load(programme), Stamp(actor, _now())
    change = roster.read_csv(file.read_bytes())
    preview = roster.preview_roster(loaded, change, now=stamp.at)
    version = roster.change_roster(loaded, change, stamp=stamp)
    click.echo(f"{version.programme}: phiên bản {version.number}")
    for effect in preview.effects:
        click.echo(f"{effect.sentence}.")


# links


@operate.group()
def links() -> None:
    """Đường dẫn nộp của các đơn vị."""


def _for_units(command: Callable[..., None]) -> Callable[..., None]:
    command = click.option("--unit", "chosen", multiple=True, help="Mã đơn vị; lặp lại được.")(command)
    command = click.option("--all", "everyone", is_flag=True, help="Mọi đơn vị phải nộp báo cáo.")(command)
    return click.argument("programme")(command)


def _choose(programme: Programme, chosen: tuple[str, ...], everyone: bool) -> list[Unit]:
    from chalicelib.office.links import find_units, list_owing

    if everyone == bool(chosen):
        stop("Ghi --unit hoặc --all.")
    return list_owing(programme) if everyone else find_units(programme, chosen)


@links.command("list")
@click.argument("programme")
def list_links(programme: str) -> None:
    """Liệt kê đường dẫn: đơn vị, hạn dùng, tình trạng; không có phần bí mật."""
    from chalicelib.domain.language.vietnamese import format_day, format_moment
    from chalicelib.office.links import STATES, find_last_day
    from chalicelib.store.links import list_links as list_all

    now = _now()
    for link in list_all(_load(programme).code):
        state = STATES[link.state(now)]
        opened = format_moment(link.last_opened) if link.last_opened else ""
        click.echo(f"{link.unit}\t{link.name}\t{format_day(find_last_day(link))}\t{state}\t{opened}")


def _issuing(command: Callable[..., None]) -> Callable[..., None]:
    command = click.option(
        "--days",
        type=_DAYS,
        default=365,
        show_default=True,
        help="Dùng được trong bao nhiêu ngày.",
    )(command)
    command = click.option("--pages", envvar="TONGHOP_PAGES", required=True, help="Địa chỉ của trang.")(command)
    output = click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="Tệp CSV sẽ ghi ra.")
    return _for_units(output(command))


def _issue(actor: str, given: dict[str, Any], *, in_place: bool) -> None:
    """Writes the list of the new links before they count as given, and before the old ones are revoked."""
    from chalicelib.office import links as office
    from chalicelib.report.plain import render_csv

    loaded, stamp = _load(given["programme"]), Stamp(actor, _now())
    units = _choose(loaded, given["chosen"], given["everyone"])
    replaced = None if given["everyone"] else units
    old = office.find_valid(loaded.code, stamp.at, units=replaced) if in_place else []
    expires = stamp.at + timedelta(days=given["days"])
    office.check_expiry(expires, stamp)
    if given["output"].exists() and given["output"].stat().st_size:
        stop(f"{given['output']} đã có nội dung. Xin chọn tên tệp khác.")
    given["output"].touch(mode=0o600)
    made = office.create_links(loaded, units, expires=expires, stamp=stamp)
    given["output"].write_bytes(render_csv(office.HEADINGS, office.list_cells(made, given["pages"])))
    names = [new.link.name for new in made]
    office.confirm_given(loaded.code, names, replaced=[link.name for link in old], stamp=stamp)
    click.echo(f"{len(made)} đường dẫn trong {given['output']}. Tệp này là bí mật: gửi xong thì xóa.")
    if not office.is_lasting(given["pages"]):
        click.echo("Trang chưa có tên miền riêng: các đường dẫn này mất cùng hệ thống, chưa nên in ra giấy.", err=True)


@links.command("create")
@_issuing
@click.pass_obj
def create_links(actor: str, /, **given: Any) -> None:
    """Cấp đường dẫn mới, bên cạnh những đường dẫn đang dùng."""
    _issue(actor, given, in_place=False)


@links.command("rotate")
@_issuing
@click.pass_obj
def rotate_links(actor: str, /, **given: Any) -> None:
    """Cấp đường dẫn mới và thu hồi những đường dẫn cũ."""
    _issue(actor, given, in_place=True)


@links.command("revoke")
@_for_units
@click.pass_obj
def revoke_links(actor: str, programme: str, chosen: tuple[str, ...], everyone: bool) -> None:
    """Thu hồi mọi đường dẫn còn dùng của các đơn vị."""
    from chalicelib.office import links as office

    stamp = Stamp(actor, _now())
    units = _choose(_load(programme), chosen, everyone)
    valid = office.find_valid(programme, stamp.at, units=None if everyone else units)
    office.revoke_links(valid, stamp=stamp)
    click.echo(f"Đã thu hồi {len(valid)} đường dẫn.")


@links.command("renew")
@click.argument("programme")
@click.argument("link")
@click.option(
    "--days",
    type=_DAYS,
    default=365,
    show_default=True,
    help="Dùng được thêm bao nhiêu ngày, kể từ bây giờ.",
)
@click.pass_obj
def renew_link(actor: str, programme: str, link: str, days: int) -> None:
    """Gia hạn một đường dẫn, theo mã ghi ở lệnh list; đường dẫn vẫn như cũ."""
    from chalicelib.office import links as office

    stamp = Stamp(actor, _now())
    office.renew_links([office.find_link(programme, name=link)], expires=stamp.at + timedelta(days=days), stamp=stamp)
    click.echo(f"Đã gia hạn {link}.")


# users of the console


@operate.group()
def users() -> None:
    """Người dùng của trang tổng hợp; cần khi không còn ai là quản trị để làm trên trang."""


def _granting(command: Callable[..., None]) -> Callable[..., None]:
    roles = click.Choice(["viewer", "editor", "planner", "admin"])
    command = click.option("--role", required=True, type=roles, help="Vai trò.")(command)
    return click.option("--branch", default="", help="Mã đơn vị cấp trên, nếu chỉ làm việc với các đơn vị đó.")(command)


def _on_user(command: Callable[..., None]) -> Callable[..., None]:
    """A command about one user: it gets the user and the stamp, and whatever else was given."""

    @wraps(command)
    def act(actor: str, /, name: str, **given: Any) -> None:
        from chalicelib.office.users import find_user

        command(find_user(name), Stamp(actor, _now()), **given)

    return click.argument("name")(click.pass_obj(act))


@users.command("list")
def list_users() -> None:
    """Liệt kê: tên, vai trò, tình trạng, lần đăng nhập gần nhất."""
    from chalicelib.office import users as office

    now = _now()
    for user in office.list_users():
        state = "đang dùng" if user.account.is_enabled else "đã khóa"
        seen = f"{user.seen:%Y-%m-%d}" if user.seen else "chưa"
        role = office.describe(user.grant) if user.grant else "chưa có vai trò"
        click.echo(f"{user.name}\t{role}\t{state}\t{seen}{' (trên 6 tháng)' if user.is_idle(now) else ''}")


@users.command("add")
@click.argument("name")
@_granting
@click.option("--mail", default="", help="Thư điện tử, để báo khi quyền của ai đó thay đổi.")
@click.pass_obj
def add_user(actor: str, name: str, role: str, branch: str, mail: str) -> None:
    """Lập tài khoản, in mật khẩu cho lần đăng nhập đầu."""
    from chalicelib.office import users as office
    from chalicelib.office.roles import Grant, Role

    grant = Grant(Role(role), branch)
    _tell_password(name, password=office.add_user(name, grant, address=mail, stamp=Stamp(actor, _now())))


def _tell_password(name: str, *, password: str) -> None:
    click.echo(f"{name}\t{password}\tdùng một lần, trong 7 ngày")


@users.command("grant")
@_on_user
@_granting
def grant_role(user: User, stamp: Stamp, role: str, branch: str) -> None:
    """Cấp vai trò thay cho vai trò đang có."""
    from chalicelib.office import users as office
    from chalicelib.office.roles import Grant, Role

    office.change_grant(user, Grant(Role(role), branch), stamp=stamp)
    click.echo(f"{user.name}\t{office.describe(Grant(Role(role), branch))}")


@users.command("disable")
@_on_user
def disable_user(user: User, stamp: Stamp) -> None:
    """Khóa tài khoản; phiên đang mở kết thúc sau vài phút."""
    from chalicelib.office import users as office

    office.disable_user(user, stamp=stamp)
    click.echo(f"Đã khóa {user.name}.")


@users.command("enable")
@_on_user
def enable_user(user: User, stamp: Stamp) -> None:
    """Mở khóa tài khoản."""
    from chalicelib.office import users as office

    office.enable_user(user, stamp=stamp)
    click.echo(f"Đã mở khóa {user.name}.")


@users.command("remove")
@_on_user
def remove_user(user: User, stamp: Stamp) -> None:
    """Xóa hẳn một tài khoản đang khóa; tên không cấp cho người khác."""
    from chalicelib.office import users as office

    office.remove_user(user, stamp=stamp)
    click.echo(f"Đã xóa {user.name}.")


@users.command("password")
@_on_user
def reset_password(user: User, stamp: Stamp) -> None:
    """Cấp mật khẩu dùng một lần; mã xác thực trên điện thoại giữ nguyên."""
    from chalicelib.office import users as office

    _tell_password(user.name, password=office.reset_password(user, stamp=stamp))


@users.command("new-factor")
@click.argument("name")
@click.pass_obj
def renew_factor(actor: str, name: str) -> None:
    """Mất điện thoại mà không còn quản trị thứ hai: cấp lại mã xác thực, sau khi đã kiểm tra đúng người."""
    from chalicelib.office import users as office

    _tell_password(name, password=office.renew_factor_alone(name, stamp=Stamp(actor, _now())))


# reviews and exceptions


@operate.group()
def review() -> None:
    """Xử lý bản nộp của một đơn vị."""


@operate.group("exception")
def exceptions() -> None:
    """Gia hạn cho một đơn vị."""


def _on_case(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options that name one obligation; the command receives a `Subject`."""

    @click.argument("programme")
    @click.argument("period")
    @click.argument("form")
    @click.argument("unit")
    @wraps(command)
    def decide(*, programme: str, period: str, form: str, unit: str, **given: Any) -> None:
        from chalicelib.domain.submission.records import Address
        from chalicelib.office.review import Subject

        address = Address(programme=programme, period=period, form=form, unit=unit)
        stamp = Stamp(click.get_current_context().obj, _now())
        command(Subject(_load(programme), address), stamp, **given)

    return decide


@review.command("return")
@click.option("--comment", required=True, help="Ý kiến gửi đơn vị.")
@_on_case
def return_submission(case: Subject, stamp: Stamp, comment: str) -> None:
    """Trả lại để đơn vị sửa."""
    from chalicelib.office.review import return_submission as decide

    decide(case, comment, stamp=stamp)


@review.command("approve")
@_on_case
def approve_submission(case: Subject, stamp: Stamp) -> None:
    """Duyệt."""
    from chalicelib.office.review import approve_submission as decide

    decide(case, stamp=stamp)


@review.command("withdraw")
@click.option("--reason", required=True, help="Lý do.")
@_on_case
def withdraw_submission(case: Subject, stamp: Stamp, reason: str) -> None:
    """Rút khỏi báo cáo tổng hợp; không xóa gì."""
    from chalicelib.office.review import withdraw_submission as decide

    decide(case, reason, stamp=stamp)


@review.command("restore")
@_on_case
def restore_submission(case: Subject, stamp: Stamp) -> None:
    """Đưa về trạng thái đã nhận."""
    from chalicelib.office.review import restore_submission as decide

    decide(case, stamp=stamp)


@exceptions.command("grant")
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%dT%H:%M"]), help="Ngày và giờ Việt Nam.")
@click.option("--reason", required=True, help="Lý do.")
@_on_case
def grant_exception(case: Subject, stamp: Stamp, until: datetime, reason: str) -> None:
    """Cho đơn vị nộp đến thời điểm này, dù kỳ đã khóa."""
    from chalicelib.office.review import grant_exception as decide

    decide(case, read_instant(until), reason, stamp=stamp)


@exceptions.command("end")
@_on_case
def end_exception(case: Subject, stamp: Stamp) -> None:
    """Thôi gia hạn."""
    from chalicelib.office.review import end_exception as decide

    decide(case, stamp=stamp)


# uploads


@operate.group("letters")
def letters() -> None:
    """Thông báo tệp đến mà hệ thống không xử lý được (hàng đợi thư chết); không phải thư gửi đơn vị."""


@letters.command("list")
def list_letters() -> None:
    """Liệt kê: mã, tệp nào, lý do; mã thoát 1 nếu có."""
    from chalicelib.operate.redrive import look

    found = look()
    _print([letter._asdict() for letter in found])
    sys.exit(FOUND if found else 0)


@letters.command("redrive")
def redrive_letters() -> None:
    """Đưa lại vào hàng đợi để xử lý; những thông báo không đọc được thì giữ lại."""
    from chalicelib.operate.redrive import redrive

    back, left = redrive()
    click.echo(f"Đã đưa lại {back}; giữ lại {len(left)}.")
    _print([letter._asdict() for letter in left])
    sys.exit(FOUND if left else 0)


@letters.command("drop")
@click.argument("letter_id")
def drop_letter(letter_id: str) -> None:
    """Bỏ một thông báo không đọc được."""
    from chalicelib.operate.redrive import drop

    if not drop(letter_id):
        stop("Không có thông báo này.")


@operate.command()
@click.option("--minutes", default=15, show_default=True, help="Chỉ những tệp đến trước đây bấy nhiêu phút.")
def sweep(minutes: int) -> None:
    """Tìm và xử lý những tệp đã đến mà chưa có biên nhận."""
    from chalicelib.intake.check import check_workbook
    from chalicelib.intake.copying import make_marked_copy
    from chalicelib.intake.sweep import sweep as sweep_uploads

    patience = timedelta(minutes=minutes)
    swept = sweep_uploads(now=_now, check=check_workbook, make_copy=make_marked_copy, patience=patience)
    _print(swept._asdict())
    sys.exit(FOUND if swept.failed or swept.foreign or swept.lost > swept.taken else 0)


@operate.command()
@click.argument("upload_id")
@click.option("--reason", required=True, help="Ghi vào nhật ký; không ghi nội dung.")
@click.confirmation_option(prompt="Xóa hẳn tệp này, mọi phiên bản, và số liệu của nó?")
@click.pass_obj
def purge(actor: str, upload_id: str, reason: str) -> None:
    """Xóa hẳn một tệp mật đã lỡ gửi, cùng mọi bản sao lưu theo giờ.

    Mã thoát 1 nếu có báo cáo tổng hợp đã dùng số liệu đó, có tệp khác cùng nội dung, hoặc phải chạy lại lệnh.
    """
    from chalicelib.office.purge import purge as purge_upload

    purged = purge_upload(upload_id, reason=reason, stamp=Stamp(actor, _now()))
    _print(purged._asdict())
    if purged.is_being_made:
        click.echo("Một bản sao lưu đang được ghi và có thể còn số liệu đó: chạy lại lệnh này sau 15 phút.", err=True)
    if purged.is_being_answered:
        click.echo("Tệp vừa được trả lời, bản đánh dấu có thể đến sau: chạy lại lệnh này sau 15 phút.", err=True)
    if purged.twins:
        click.echo(f"Có tệp khác cùng nội dung, chưa xóa thì xóa cả: {', '.join(purged.twins)}.", err=True)
    must_run_again = purged.is_being_made or purged.is_being_answered
    sys.exit(FOUND if purged.editions or purged.twins or must_run_again else 0)


# the whole


@operate.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def backup(folder: Path | None) -> None:
    """Sao lưu toàn bộ vào một thư mục mới; không nêu thư mục: chỉ bảng dữ liệu, vào kho báo cáo, như mỗi giờ."""
    from chalicelib.operate.backup import back_up, back_up_table

    with _progress() as progress:
        made = (
            back_up(folder, now=_now(), progress=progress) if folder else back_up_table(now=_now(), progress=progress)
        )
    _print(made)


@operate.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--made", default="", help="Tên bản sao lưu trong kho báo cáo; mặc định là bản mới nhất.")
@click.option("--list", "is_listing", is_flag=True, help="Chỉ liệt kê các bản sao lưu trong kho báo cáo.")
@click.option("--table", "former", default="", help="Đưa bảng dữ liệu trở lại đúng như bảng mang tên này.")
def restore(folder: Path | None, made: str, is_listing: bool, former: str) -> None:
    """Phục hồi một bản sao lưu vào hệ thống trống; không nêu thư mục: chỉ bảng dữ liệu, từ kho báo cáo.

    Với --table: từ một bảng mà AWS đã khôi phục về một thời điểm trước. Bị ngắt giữa chừng thì chạy lại lệnh này.
    """
    if former:
        if folder or made or is_listing:
            stop("Hoặc nêu --table, hoặc nêu bản sao lưu.")
        _put_back(former)
        return
    from chalicelib.operate.restore import restore as restore_all
    from chalicelib.operate.restore import restore_table
    from chalicelib.store.backups import list_finished

    if folder and (made or is_listing):
        stop("Hoặc nêu thư mục, hoặc --made, --list: bản sao lưu trong kho báo cáo không nằm trong thư mục.")
    if is_listing:
        _print(list_finished())
        return
    with _progress() as progress:
        _print(restore_all(folder, progress=progress) if folder else restore_table(made, progress=progress))


def _put_back(former: str) -> None:
    from chalicelib.operate.former import compare_with, put_back

    undone = compare_with(former)
    _print({"missing": len(undone.missing), "changed": len(undone.changed), "later": len(undone.later)})
    if not undone.is_none:
        click.confirm("Ghi lại bản ghi bị mất, bị sửa, và xóa bản ghi có sau thời điểm đó?", abort=True)
        with _progress() as progress:
            put_back(former, undone, progress=progress)
    for upload in undone.purged:
        click.echo(f"Đã xóa hẳn sau thời điểm đó, phải xóa lại: tonghop operate purge {upload}", err=True)


@operate.command()
def verify() -> None:
    """Kiểm tra biên nhận và tệp, bản nộp và báo cáo phải nộp, báo cáo tổng hợp và nguồn. Mã thoát 1 nếu có sai lệch."""
    from chalicelib.operate.verify import verify as verify_all

    with _progress() as progress:
        verified = verify_all(_now(), progress=progress)
    _print({"counts": verified.counts, "findings": [finding._asdict() for finding in verified.findings]})
    sys.exit(FOUND if verified.findings else 0)


@operate.command()
@click.argument("programme")
@click.argument("period")
@click.argument("number", type=int)
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="Thư mục ghi ra.")
def remake(programme: str, period: str, number: int, output: Path) -> None:
    """Lập lại một lần phát hành từ đầu vào đã ghi. Mã thoát: 0 giống từng byte bản đã lưu, 1 khác."""
    from chalicelib.report.remake import InputMissing, remake_stored

    try:
        remade = remake_stored(programme, period=period, number=number)
    except InputMissing as missing:
        stop(f"Không còn đầu vào {missing}.")
    output.mkdir(parents=True, exist_ok=True)
    for name, data in remade.files.items():
        (output / name).write_bytes(data)
    _print({
        "edition": f"{programme}/{period}/{number}", "equal": not remade.differing, "differing": remade.differing,
        "missing": remade.missing, "made_with": remade.made_with, "made_with_now": remade.made_with_now,
    })  # fmt: skip
    sys.exit(FOUND if remade.differing else 0)


@operate.command()
@click.argument("programme")
@click.argument("period")
@click.option("--form", default="", help="Chỉ một biểu mẫu, theo mã.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Tệp .xlsx hoặc .json sẽ ghi ra.")
@click.pass_obj
def recheck(actor: str, programme: str, period: str, form: str, output: Path | None) -> None:
    """Kiểm tra lại các bản đã nhận theo quy tắc hiện hành; không thay đổi gì. Mã thoát 1 nếu có bản sẽ khác."""
    from chalicelib.intake.check import check_workbook
    from chalicelib.office import recheck as office

    loaded, stamp = _load(programme), Stamp(actor, _now())
    if output and output.suffix not in (".xlsx", ".json"):
        stop("Tên tệp ghi ra phải có đuôi .xlsx hoặc .json.")
    with _progress() as progress:
        results = office.check_period(loaded, period=period, form=form, check=check_workbook, workers=0)
        found = office.gather(loaded, results, period=period, stamp=stamp, progress=progress)
    if output:
        whole = output.suffix == ".json"
        output.write_bytes(found.model_dump_json(indent=1).encode() if whole else office.render_list(found, loaded))
    _print({
        "programme": programme, "version": loaded.version, "period": period, "counts": found.counts,
        "otherwise": [dict(zip(office.FIELDS, cells, strict=True)) for cells in office.list_cells(found, loaded)],
    })  # fmt: skip
    sys.exit(FOUND if found.found else 0)


@operate.command("rules")
@click.argument("programme")
@click.argument("period", required=False, default="")
def rules(programme: str, period: str) -> None:
    """Mỗi quy tắc bị báo mấy lần, được giải trình, được sửa mấy lần, đã rút chưa, và nên xem lại gì."""
    from chalicelib.office.rules import describe_rule, look_at_rules

    records = look_at_rules(_load(programme), period=period, now=_now())
    _print([
        {
            "period": each.period.code, "form": each.form.code, "rule": each.rule.id, "check": each.rule.check,
            "standing": describe_rule(each.rule, each.severity, each.period), "reports": each.reports,
            "fired": each.fired, "justified": each.justified, "corrected": each.corrected, "proposal": each.proposal,
        }
        for each in records
    ])  # fmt: skip


@operate.command("rotate-key")
def rotate_key() -> None:
    """Đổi khóa mã hóa ngay; dữ liệu cũ vẫn đọc được."""
    from chalicelib.external.keys import rotate_key as rotate

    click.echo(rotate())


if __name__ == "__main__":
    operate()
