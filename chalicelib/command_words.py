"""What all commands say alike: click's own texts in Vietnamese, and how a command ends that cannot be run.

Click marks its texts for gettext. A gettext catalogue would be a binary file and a setting of the whole process, so
click's modules get this table instead. A test compares it with click's texts.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any, NoReturn

import click
from click import core, decorators, exceptions, formatting, parser, shell_completion, termui, types

WORDS = {
    "(Did you mean one of: {possibilities}?)": "(Có phải: {possibilities}?)",
    "Aborted!": "Đã dừng.",
    "Choose from:\n\t{choices}": "Chọn một trong:\n\t{choices}",
    "Commands": "Các lệnh",
    "Confirm the action without prompting.": "Làm ngay, không hỏi lại.",
    "Could not open file {filename!r}: {message}": "Không mở được tệp {filename!r}: {message}",
    "Couldn't detect Bash version, shell completion is not supported.": "Không rõ phiên bản Bash: không tự điền được.",
    "DeprecationWarning: The command {name!r} is deprecated.{extra_message}": "Lệnh {name!r} sắp bỏ.{extra_message}",
    "DeprecationWarning: The {param_type} {name!r} is deprecated.{extra_message}": "{name!r} sắp bỏ.{extra_message}",
    "Did you mean {possibility}?": "Có phải {possibility}?",
    "Do you want to continue?": "Tiếp tục?",
    "Error: invalid input": "Lỗi: nội dung nhập không hợp lệ",
    "Error: The two entered values do not match.": "Lỗi: hai lần nhập không giống nhau.",
    "Error: {message}": "Lỗi: {message}",
    "Got unexpected extra argument ({args})": "Thừa tham số ({args})",
    "Got unexpected extra arguments ({args})": "Thừa các tham số ({args})",
    "Invalid value for {param_hint}: {message}": "Giá trị của {param_hint} không hợp lệ: {message}",
    "Invalid value: {message}": "Giá trị không hợp lệ: {message}",
    "Missing argument": "Thiếu tham số",
    "Missing command.": "Thiếu tên lệnh.",
    "Missing option": "Thiếu tùy chọn",
    "Missing parameter": "Thiếu tham số",
    "Missing parameter: {param_name}": "Thiếu tham số: {param_name}",
    "Missing {param_type}": "Thiếu {param_type}",
    "No such command {name!r}.": "Không có lệnh {name!r}.",
    "No such option {name!r}.": "Không có tùy chọn {name!r}.",
    "Option {name!r} does not take a value.": "Tùy chọn {name!r} không đi kèm giá trị.",
    "Option {name!r} requires an argument.": "Tùy chọn {name!r} cần một giá trị.",
    "Option {name!r} requires {nargs} arguments.": "Tùy chọn {name!r} cần {nargs} giá trị.",
    "Argument {name!r} takes {nargs} values.": "Tham số {name!r} cần {nargs} giá trị.",
    "Options": "Các tùy chọn",
    "Positional arguments": "Các tham số",
    "Press any key to continue...": "Bấm phím bất kỳ để tiếp tục...",
    "Repeat for confirmation": "Nhập lại để xác nhận",
    "Shell completion is not supported for Bash versions older than 4.4.": "Tự điền cần Bash từ phiên bản 4.4.",
    "Show the version and exit.": "Hiện phiên bản rồi dừng.",
    "Show this message and exit.": "Hiện hướng dẫn này rồi dừng.",
    "Takes {nargs} values but 1 was given.": "Cần {nargs} giá trị, mới có 1.",
    "Takes {nargs} values but {len} were given.": "Cần {nargs} giá trị, mới có {len}.",
    "Try '{command} {option}' for help.": "Xem hướng dẫn bằng: {command} {option}",
    "Usage:": "Cách dùng:",
    "Value must be an iterable.": "Giá trị phải là một danh sách.",
    "(dynamic)": "(tự tính)",
    "%(prog)s, version %(version)s": "%(prog)s, phiên bản %(version)s",
    "default: {default}": "mặc định: {default}",
    "deprecated": "sắp bỏ",
    "directory": "thư mục",
    "env var: {var}": "biến môi trường: {var}",
    "file": "tệp",
    "path": "đường dẫn",
    "required": "bắt buộc",
    "unknown error": "lỗi không rõ",
    "{len_type} values are required, but {len_value} was given.": "Cần {len_type} giá trị, mới có {len_value}.",
    "{len_type} values are required, but {len_value} were given.": "Cần {len_type} giá trị, mới có {len_value}.",
    "{name} {filename!r} does not exist.": "Không có {filename!r}.",
    "{name} {filename!r} is a directory.": "{filename!r} là một thư mục.",
    "{name} {filename!r} is a file.": "{filename!r} là một tệp.",
    "{name} {filename!r} is not executable.": "{filename!r} không chạy được.",
    "{name} {filename!r} is not readable.": "{filename!r} không đọc được.",
    "{name} {filename!r} is not writable.": "{filename!r} không ghi được.",
    "{value!r} does not match the format {format}.": "{value!r} không đúng dạng {format}.",
    "{value!r} does not match the formats {formats}.": "{value!r} không đúng các dạng {formats}.",
    "{value!r} is not a valid UUID.": "{value!r} không phải là một UUID.",
    "{value!r} is not a valid boolean. Recognized values: {states}": "{value!r} không phải là có hoặc không: {states}",
    "{value!r} is not a valid {number_type}.": "{value!r} không phải là số ({number_type}).",
    "{value!r} is not one of {choices}.": "{value!r} không có trong {choices}.",
    "{value!r} is not {choice}.": "{value!r} không phải là {choice}.",
    "{value} is not in the range {range}.": "{value} nằm ngoài khoảng {range}.",
}  # fmt: skip

PLACES = {
    "code": "MÃ", "codes": "[MÃ]...", "file": "TỆP", "folder": "THƯ_MỤC", "paths": "TỆP_HOẶC_THƯ_MỤC...",
    "period": "KỲ", "programme": "CHƯƠNG_TRÌNH", "source": "CHƯƠNG_TRÌNH", "unit": "ĐƠN_VỊ", "upload_id": "MÃ_LẦN_NỘP",
}  # fmt: skip
"""The text of an argument in a usage line, by its name."""

_KINDS = {"text": "CHỮ", "integer": "SỐ"}
SPEAKING: tuple[ModuleType, ...] = (
    core, decorators, exceptions, formatting, parser, shell_completion, termui, types,
)  # fmt: skip


def translate(message: str) -> str:
    """A text without an entry is a programmer's mistake and stays in English."""
    return WORDS.get(message, message)


def _translate_plural(one: str, many: str, number: int) -> str:
    return translate(one if number == 1 else many)


NOT_RUN = 2
"""The exit code of a command, or a part of it, that could not be run."""


def stop(message: str) -> NoReturn:
    """Ends the command with the reason."""
    click.echo(message, err=True)
    sys.exit(NOT_RUN)


class TellingGroup(click.Group):
    """Commands that read and write files: what cannot be read or written is told in a sentence."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except OSError as error:
            name = f"“{error.filename}”" if error.filename else "tệp"
            stop(f"Không đọc hoặc ghi được {name}: {say_why(error)}.")


def say_why(error: OSError) -> str:
    """What the person can change; the system's own words for anything else."""
    match error:
        case FileNotFoundError():
            return "không có thư mục hoặc tệp này"
        case FileExistsError() | NotADirectoryError():
            return "tên này là một tệp, không phải thư mục"
        case IsADirectoryError():
            return "tên này là một thư mục, không phải tệp"
        case PermissionError():
            return "tài khoản này không có quyền"
        case _:
            return error.strerror or type(error).__name__


def speak_vietnamese(command: click.Command) -> None:
    """Gives click the table, and sets the usage line of every command below this one."""
    for module in SPEAKING:
        vars(module).update({"_": translate, "ngettext": _translate_plural} if hasattr(module, "_") else {})
    _rename(command)


def _rename(command: click.Command) -> None:
    command.options_metavar = "[TÙY_CHỌN]"
    for each in command.params:
        each.metavar = each.metavar or _name_place(each)
        if isinstance(each, click.Option) and each.help:
            each.help = translate(each.help)  # click's own was looked up when the option was declared
    if isinstance(command, click.Group):
        command.subcommand_metavar = "LỆNH [THAM_SỐ]..."
        for below in command.commands.values():
            _rename(below)


def _name_place(parameter: click.Parameter) -> str | None:
    if isinstance(parameter, click.Argument):
        return PLACES.get(str(parameter.name))
    if isinstance(parameter.type, click.Path):
        return "ĐƯỜNG_DẪN"
    return None if getattr(parameter, "is_flag", False) else _KINDS.get(parameter.type.name)
