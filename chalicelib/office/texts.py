"""The texts of letters to units: the office's own, or those that ship."""

from __future__ import annotations

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.period.effects import Effect
from chalicelib.domain.period.letter_texts import choose_texts, find_unknown_places, list_places
from chalicelib.domain.submission.letters import LetterText, Moment
from chalicelib.office.prepared import PreparedChange, Preview
from chalicelib.office.refusals import Refusal
from chalicelib.store import letters


def find_texts(programme: str) -> dict[Moment, LetterText]:
    """The text that is sent at each moment."""
    return choose_texts(letters.find_texts(programme))


def change_text(programme: str, text: LetterText, *, stamp: Stamp) -> None:
    """Keeps the text of one moment. Refuses a field in braces that cannot be filled in."""
    if unknown := find_unknown_places(text):
        named = ", ".join(f"{{{name}}}" for name in list_places(Moment(text.moment)))
        raise Refusal(f"Chỗ thay thế không dùng được: {', '.join(unknown)}. Chỉ dùng {named}.")
    line = make_line(Action.TEXTS_CHANGED, text.moment, programme=programme, stamp=stamp)
    letters.put_text(programme, text, line)


def prepare_restoring(programme: str, moment: Moment, *, stamp: Stamp) -> PreparedChange:
    """The shipped text in place of the office's own, ready to be shown with what is lost, and made."""

    def preview() -> Preview:
        own, shipped = find_texts(programme)[moment], choose_texts({})[moment]
        if own == shipped:
            return Preview(())
        sentence = "Lời thư do cơ quan viết bị thay bằng mẫu có sẵn và không được giữ lại"
        return Preview((Effect(sentence, (own.subject, own.body), is_loss=True),))

    return PreparedChange("dùng lại lời thư có sẵn", preview, lambda: restore_text(programme, moment, stamp=stamp))


def restore_text(programme: str, moment: Moment, *, stamp: Stamp) -> None:
    """Replaces the office's own text with the shipped one."""
    line = make_line(Action.TEXTS_CHANGED, moment, programme=programme, stamp=stamp, what="khôi phục mẫu gốc")
    letters.put_text(programme, choose_texts({})[moment], line)
