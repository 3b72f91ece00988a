"""What an office has of earlier reports: workbooks, and the data of editions. None of it needs the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from errno import EINVAL
from pathlib import Path
from typing import NamedTuple

from chalicelib.domain.language.vietnamese import format_size
from chalicelib.domain.programme.model import Programme
from chalicelib.report.files import JSON, is_of_edition
from chalicelib.report.offline.folder import SUFFIXES, RefusedFile, find_workbooks, list_other_files
from chalicelib.report.recorded import DataInvalid, Place, Recorded, read_recorded

_MOST_BYTES = 200 * 2**20
"""The data of 250 units have a tenth of it."""
_LIMIT = format_size(_MOST_BYTES)


@dataclass(frozen=True)
class EarlierFiles:
    """Workbooks that are still to be read, data of editions by place with their file, and what is neither."""

    workbooks: tuple[Path, ...]
    data: dict[Place, tuple[str, Recorded]]
    refused: tuple[RefusedFile, ...]


def find_earlier_files(paths: Sequence[Path], programmes: Sequence[Programme]) -> EarlierFiles:
    """What `paths` hold: workbooks or data of editions, or folders of them.

    Of an edition's folder only its data count.
    """
    files = [file for path in paths for file in _find_data(path)]
    of_editions = [file for data in files for file in data.parent.iterdir() if is_of_edition(file.name)]
    workbooks, refused = [], []
    for path in paths:
        if path.is_dir():
            workbooks += find_workbooks(path, without=of_editions)
            others = list_other_files(path, without=of_editions)
            refused += [RefusedFile(str(path / each.file), each.reasons) for each in others]
        elif path not in files:
            workbooks.append(path)
    read = list(_read_data(files, programmes))
    data, unclear = _choose_data(each for each in read if not isinstance(each, RefusedFile))
    return EarlierFiles(
        tuple(workbooks), data, (*refused, *(each for each in read if isinstance(each, RefusedFile)), *unclear)
    )


def _find_data(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(path.rglob(JSON))
    elif path.suffix.lower() not in SUFFIXES:
        yield path


class _Data(NamedTuple):
    file: str
    content: bytes
    recorded: Recorded


def _read_data(files: Iterable[Path], programmes: Sequence[Programme]) -> Iterator[_Data | RefusedFile]:
    for path in files:
        try:
            content = _read_bounded(path)
            yield _Data(str(path), content, read_recorded(content, programmes))
        except OSError as error:
            yield RefusedFile(str(path), (f"Không mở được tệp: {error.strerror}",))
        except DataInvalid as invalid:
            yield RefusedFile(str(path), (str(invalid),))


def _read_bounded(path: Path) -> bytes:
    """Raises OSError for what is no file, and DataInvalid for one larger than any edition's data."""
    if not path.is_file():
        raise OSError(EINVAL, "không phải tệp")
    if (size := path.stat().st_size) > _MOST_BYTES:
        raise DataInvalid(f"Tệp dài {format_size(size)}, dữ liệu của một lần phát hành không dài quá {_LIMIT}.")
    return path.read_bytes()


def _choose_data(read: Iterable[_Data]) -> tuple[dict[Place, tuple[str, Recorded]], list[RefusedFile]]:
    """The data by place. Different data of one place are all refused: which of them stand is not guessed."""
    by_place: dict[Place, dict[bytes, _Data]] = {}
    for each in read:
        by_place.setdefault(each.recorded.place, {}).setdefault(each.content, each)
    data, refused = {}, []
    for place, different in by_place.items():
        first, *more = different.values()
        if not more:
            data[place] = first.file, first.recorded
            continue
        listed = ", ".join(each.file for each in (first, *more))
        reason = f"Dữ liệu của nhiều lần phát hành khác nhau của cùng kỳ, chưa rõ dùng tệp nào: {listed}"
        refused += [RefusedFile(each.file, (reason,)) for each in (first, *more)]
    return data, refused
