"""What is lost when links are revoked: who can send nothing any more, and who can by another link. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from chalicelib.domain.period.effects import Effect
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.link_holders import Holder


def find_revocation_effects(
    programme: Programme, holders: Iterable[Holder], closing: Collection[str]
) -> tuple[Effect, ...]:
    """What revoking the links with these names does to their units, losses first."""
    cut_off, left, closed = list[Holder](), list[Holder](), frozenset(closing)
    for holder in holders:
        valid = {link.name for link in holder.valid}
        if valid & closed:
            (left if valid - closed else cut_off).append(holder)
    return tuple(_tell(programme, cut_off=cut_off, left=left))


def _tell(programme: Programme, *, cut_off: list[Holder], left: list[Holder]) -> Iterator[Effect]:
    if cut_off:
        sentence = f"{len(cut_off)} đơn vị không còn đường dẫn nào để nộp, cho đến khi được giao đường dẫn mới"
        yield Effect(sentence, _name(programme, cut_off), is_loss=True)
    if left:
        yield Effect(f"{len(left)} đơn vị vẫn nộp được bằng đường dẫn khác", _name(programme, left))
    yield Effect("Đường dẫn đã thu hồi không khôi phục được. Báo cáo đã nhận, và tệp đang gửi dở, không bị ảnh hưởng")


def _name(programme: Programme, holders: Iterable[Holder]) -> tuple[str, ...]:
    return tuple(programme.name_fully(each.unit) for each in holders)
