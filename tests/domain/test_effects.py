"""What a change of a programme does to reports, links and forms downloaded is told before it is made."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.clock import Timeliness
from chalicelib.domain.period.effects import BeforeAndAfter, find_effects
from chalicelib.domain.programme.loading import load_programme
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Figure, Link, Review, State
from tests.store.sample import ADDRESS, DUE, FILES, NOON, make_submission

TEXTS = {name: data.decode() for name, data in FILES.items() if not name.endswith(".docx")}
BEFORE = load_programme(TEXTS)
SENT = State(
    address=ADDRESS, change=1, revision=1, first_received=DUE - timedelta(days=2), timeliness=Timeliness.ON_TIME,
    submission=make_submission(values={"A1": Figure(value=1, sheet="Số liệu", cell="E12")}),
)  # fmt: skip
NAMED = "Thành phố Lạng Sơn (Báo cáo, 6 tháng)"


def replace(file: str, old: str, new: str) -> Programme:
    assert old in TEXTS[file]
    return load_programme({**TEXTS, file: TEXTS[file].replace(old, new, 1)})


def tell(
    after: Programme, states: Iterable[State] = (SENT,), links: Iterable[Link] = (), now: datetime = NOON
) -> dict[str, tuple[tuple[str, ...], bool]]:
    """Sentence by sentence: who is concerned, and whether something is taken away."""
    replaced = BeforeAndAfter(BEFORE, after, {"6-thang": tuple(states)}, tuple(links), leaving=(), at=now)
    return {effect.sentence: (effect.names, effect.is_loss) for effect in find_effects(replaced)}


def hold_link(**downloaded: int) -> Link:
    return Link(
        token_hash="0" * 64, programme="mau", unit="178", created=NOON, expires=datetime(2030, 1, 1, tzinfo=UTC),
        downloaded={f"6-thang/{form}": version for form, version in downloaded.items()},
    )  # fmt: skip


OFF = 'period = "6-thang"\nform = "bc"\n', 'period = "6-thang"\nform = "bc"\nenabled = false\n'
UNOWED = "1 báo cáo đã nhận thôi là báo cáo phải nộp: không còn tính vào tỷ lệ nộp, số liệu vẫn được tổng hợp"
GONE = "1 báo cáo đã nhận ra khỏi bảng theo dõi và không còn được tổng hợp; bản nộp vẫn được giữ"


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence", "names", "is_loss"),
    [
        ("programme.toml", *OFF, UNOWED, (NAMED,), True),
        ("programme.toml", *OFF, "6 tháng: 2 báo cáo phải nộp thành 0", (), True),
        ("units.csv", "178,Lạng Sơn,Thành phố Lạng Sơn,district,,,,", "178,Lạng Sơn,Thành phố Lạng Sơn,district,,,"
         "2022-01-01,", GONE, (NAMED,), True),
        ("programme.toml", "due = 2022-05-15", "due = 2022-05-12", "1 báo cáo đã nhận đang là đúng hạn sẽ thành muộn",
         (NAMED,), True),
        ("programme.toml", "opens = 2022-04-15\ndue = 2022-05-15\nlock = 2022-06-15",
         "opens = 2022-04-15\ndue = 2022-05-01\nlock = 2022-05-02",
         "6 tháng bị khóa ngay: 1 báo cáo chưa nhận không gửi được nữa", ("Huyện Tràng Định",), True),
        ("programme.toml", "opens = 2022-04-15", "opens = 2022-05-12",
         "6 tháng đang nhận báo cáo sẽ đóng lại đến thời điểm mở mới", (), True),
        ("units.csv", "180,", "181,Mới,Huyện Mới,district,,,,chắc chắn,\n180,",
         "1 đơn vị mới chưa có đường dẫn nộp", ("Huyện Mới",), False),
    ],
)  # fmt: skip
def test_a_change_tells_what_it_does(
    file: str, old: str, new: str, sentence: str, names: tuple[str, ...], is_loss: bool
) -> None:
    assert tell(replace(file, old, new))[sentence] == (names, is_loss)


def test_a_change_of_words_does_nothing_to_reports() -> None:
    assert tell(replace("programme.toml", "Chương trình mẫu", "Chương trình khác")) == {}


def test_a_report_that_was_returned_is_taken_from_nowhere() -> None:
    returned = SENT.model_copy(update={"review": Review.RETURNED})
    assert UNOWED not in tell(replace("programme.toml", *OFF), [returned])


def test_a_period_that_was_locked_is_told_to_take_reports_again() -> None:
    after = replace("programme.toml", "lock = 2022-06-15", "lock = 2022-08-15")
    assert "6 tháng đã khóa sẽ nhận báo cáo trở lại" in tell(after, now=datetime(2022, 7, 1, tzinfo=UTC))


def test_figures_asked_anew_and_no_more_are_told() -> None:
    texts = {name: text.replace("A1", "A2") for name, text in TEXTS.items()}
    told = tell(load_programme(texts))
    assert told["1 báo cáo đã nhận có số liệu của chỉ tiêu không còn được hỏi"] == ((NAMED,), True)
    assert told["1 báo cáo đã nhận chưa có chỉ tiêu mới được hỏi"] == ((NAMED,), False)


STILL = "1 đường dẫn đã tải biểu mẫu hỏi khác với phiên bản mới; bản đã tải vẫn nộp được"
REFUSED = "1 đường dẫn đã tải biểu mẫu mà phiên bản mới không nhận nữa; xin báo đơn vị tải lại"


@pytest.mark.parametrize(
    ("new", "downloaded", "told"),
    [
        ("version = 2", 1, {REFUSED}),
        ("version = 2\naccepts = [1]", 1, {STILL}),
        ("version = 1\nestimates = true", 1, {STILL}),
        ("version = 1\nconfirm = 'x'", 1, set()),
        ("version = 2", 2, {STILL}),
    ],
)
def test_links_that_have_a_form_are_counted_as_their_version_is_taken(
    new: str, downloaded: int, told: set[str]
) -> None:
    assert set(tell(replace("bc.toml", "version = 1", new), links=[hold_link(bc=downloaded)])) == told
    assert not {STILL, REFUSED} & set(tell(replace("bc.toml", "version = 1", new), links=[hold_link()]))
