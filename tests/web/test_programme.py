"""The programme as a whole at the console: its sổ goes out and comes in, is proposed, decided by a second person."""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import docx
import pytest
from openpyxl import Workbook, load_workbook

from chalicelib.domain.audit import Stamp
from chalicelib.domain.clock import local_date
from chalicelib.domain.issues.issue import Severity
from chalicelib.domain.programme.model import Programme
from chalicelib.external import accounts
from chalicelib.external.accounts import Account
from chalicelib.external.identity import read_pool
from chalicelib.office import proposals as proposed
from chalicelib.office import roster
from chalicelib.office.programme import import_programme
from chalicelib.store import objects, programmes, proposals
from chalicelib.store.addresses import import_key
from chalicelib.store.proposals import ProposalState
from infra.demo.programme import DEMO_CODE, DEMO_FORM, DEMO_PERIOD, read_demo_documents
from tests.invented.schools import write_schools
from tests.links import create_link
from tests.office.audit import read_audit
from tests.web.client import Browser, Page
from tests.web.intake import GOOD, make_workbook, read_handout, send
from tests.web.people import open_pool, sign_in

PAGE = f"/pv05/so-chuong-trinh/{DEMO_CODE}"
PROPOSAL = f"{PAGE}/de-nghi"
ALONE = "Chỉ có một người phụ trách chương trình"

Edit = Callable[[Workbook], object]


@pytest.fixture
def planner(browser: Browser) -> Browser:
    sign_in(browser, "planner")
    return browser


def fetch_book(page: Page) -> Workbook:
    """The workbook that a pre-signed address serves."""
    return load_workbook(io.BytesIO(read_handout(page)))


def post_file(data: bytes) -> str:
    """A file as a browser has posted it to S3: its key."""
    key = import_key(secrets.token_hex(16))
    objects.put_object(key, data, content_type="application/octet-stream")
    return key


def post_book(browser: Browser, edit: Edit) -> str:
    version = programmes.load_in_force(DEMO_CODE).version
    book, out = fetch_book(browser.get(f"{PAGE}/phien-ban/{version}/so")), io.BytesIO()
    edit(book)
    book.save(out)
    return post_file(out.getvalue())


def set_cell(book: Workbook, sheet: str, row: str, heading: str, value: object) -> str:
    """Writes into the row that begins with `row`; the cell's address."""
    found = book[sheet]
    column = next(cell.column for cell in found[1] if cell.value == heading)
    line = next(cells[0].row for cells in found.iter_rows() if str(cells[0].value) == row)
    found.cell(line, column).value = value
    return str(found.cell(line, column).coordinate)


def rename(book: Workbook) -> None:
    set_cell(book, "Chỉ tiêu", "B05", "Nội dung", "Buổi <b>tuyên truyền</b>")


def propose(browser: Browser, key: str) -> Page:
    page = browser.get(f"{PAGE}/tep?key={key}")
    hidden = {"mau": page.seal, "phien-ban": str(programmes.load_in_force(DEMO_CODE).version)}
    return browser.post(PROPOSAL, hidden | {"viec": "so", "key": key})


def audited(action: str, now: datetime) -> list[tuple[str, str, str, dict[str, str]]]:
    return read_audit(action, programme=DEMO_CODE, month=f"{local_date(now):%Y-%m}")


def decide(browser: Browser, task: str, number: int = 1) -> Page:
    return browser.post(f"{PROPOSAL}/quyet-dinh", {"mau": browser.get(PAGE).seal, "viec": task, "so": str(number)})


# What comes in


def test_a_wrong_book_is_told_by_sheet_and_cell_comes_back_marked_and_changes_nothing(planner: Browser) -> None:
    cells: list[str] = []

    def spoil(book: Workbook) -> None:
        cells.append(set_cell(book, "Chỉ tiêu", "B05", "Kiểu", "<i>tổng</i>"))
        cells.append(set_cell(book, "Đơn vị", "181", "Từ ngày", "hôm qua"))

    key = post_book(planner, spoil)
    page = planner.get(f"{PAGE}/tep?key={key}")
    assert "Sổ chương trình còn 2 chỗ phải sửa" in page.words
    assert "<i>tổng" not in page.text
    assert all(cell in page.words for cell in cells)
    assert "Lập đề nghị" not in page.words
    marked = fetch_book(planner.get(f"{PAGE}/ban-danh-dau?key={key}"))
    assert marked["Chỉ tiêu"][cells[0]].comment
    assert propose(planner, key).status == 400
    assert proposals.list_proposals(DEMO_CODE) == []


def test_a_file_that_is_no_workbook_is_told(planner: Browser) -> None:
    key = post_file(b"no workbook")
    page = planner.get(f"{PAGE}/tep?key={key}")
    assert "Chưa lấy nội dung nào của sổ này" in page.words
    assert planner.get(f"{PAGE}/ban-danh-dau?key={key}").status == 400
    assert planner.get(f"{PAGE}/tep?key=handouts/la").status == 404


def test_the_book_as_it_is_changes_nothing_and_is_not_proposed(planner: Browser) -> None:
    key = post_book(planner, lambda _: None)
    page = planner.get(f"{PAGE}/tep?key={key}")
    assert "Nội dung không khác chương trình đang dùng" in page.words
    assert "Lập đề nghị" not in page.words


# Two persons


def test_a_book_is_proposed_by_one_person_and_put_in_force_by_another(planner: Browser, now: datetime) -> None:
    key = post_book(planner, rename)
    page = planner.get(f"{PAGE}/tep?key={key}")
    assert "Chỉ tiêu thay đổi (1)" in page.words
    assert "Buổi &lt;b&gt;tuyên truyền&lt;/b&gt;" in page.text
    assert "Đã lập đề nghị." in planner.follow(propose(planner, key)).words
    assert programmes.load_in_force(DEMO_CODE).version == 1
    assert "Đề nghị do chính anh/chị lập" in planner.get(PROPOSAL).words
    assert decide(planner, "ap-dung").status == 400
    sign_in(planner, "admin")
    words = planner.get(PROPOSAL).words
    assert ALONE not in words
    assert "can-bo-planner" in words
    assert "Đã cập nhật chương trình." in planner.follow(decide(planner, "ap-dung")).words
    programmes.forget()
    made = programmes.load_in_force(DEMO_CODE)
    assert (made.version, made.indicator_by_code["B05"].label) == (2, "Buổi <b>tuyên truyền</b>")
    assert proposals.find_latest_proposal(DEMO_CODE).state is ProposalState.IN_FORCE  # type: ignore[union-attr]
    changes = [(action, actor) for actor, action, _, details in audited("", now) if "sổ" in details.get("what", "")]
    assert set(changes) == {("programme.proposed", "pv05:can-bo-planner"), ("programme.imported", "pv05:can-bo-admin")}
    assert decide(planner, "ap-dung").status == 409


def test_where_only_one_person_may_that_one_decides_alone_and_the_page_says_so(
    planner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = Account("can-bo-planner", frozenset({"planner"}), datetime.now(UTC))
    monkeypatch.setattr(accounts, "list_accounts", lambda: [alone])
    propose(planner, post_book(planner, rename))
    assert ALONE in planner.get(PROPOSAL).words
    assert decide(planner, "ap-dung").status == 303
    assert programmes.load_in_force(DEMO_CODE).version == 2


def test_one_proposal_is_open_at_a_time_until_it_is_withdrawn(planner: Browser, now: datetime) -> None:
    key = post_book(planner, rename)
    propose(planner, key)
    assert "Đã lập đề nghị." in planner.follow(propose(planner, key)).words  # pressed again, it is the same proposal
    other = post_book(planner, lambda book: set_cell(book, "Chỉ tiêu", "B05", "Nội dung", "Khác"))
    assert "Đang có một đề nghị chờ quyết định" in propose(planner, other).words
    assert decide(planner, "rut", number=2).status == 409
    assert "Đã rút đề nghị." in planner.follow(planner.confirm(decide(planner, "rut"))).words
    assert planner.get(PROPOSAL).status == 303
    assert propose(planner, key).status == 303
    assert [each.state for each in proposals.list_proposals(DEMO_CODE)] == [ProposalState.WITHDRAWN, ProposalState.OPEN]
    (line,) = audited("proposal.withdrawn", now)
    assert line[0] == "pv05:can-bo-planner"


def test_a_proposal_never_undoes_what_was_changed_since(planner: Browser, programme: Programme, now: datetime) -> None:
    propose(planner, post_book(planner, rename))
    closed = roster.close_unit(programme, "182", last_day=local_date(now) + timedelta(days=9))
    roster.change_roster(programme, closed, stamp=Stamp("pv05:khac", now))
    sign_in(planner, "admin")
    page = planner.get(PROPOSAL)
    assert "Chương trình đã có thay đổi khác sau khi đề nghị này được lập" in page.words
    assert 'value="ap-dung"' not in page.text
    assert decide(planner, "ap-dung").status == 400
    assert planner.confirm(decide(planner, "rut")).status == 303


def test_what_a_proposal_does_to_reports_and_links_is_shown(
    planner: Browser, token: str, programme: Programme, now: datetime
) -> None:
    send(planner, token, make_workbook(programme, GOOD, B05=1234), now)
    create_link(programme, "182", expires=now + timedelta(days=9), now=now, actor="thử")
    form = programme.period_by_code[DEMO_PERIOD] and programme.duties[0].form
    forms = [duty.form for duty in programme.duties if duty.period == DEMO_PERIOD and duty.unit_type == "district"]
    planner.get(f"/nop/{token}/bieu-mau/{DEMO_PERIOD}/{forms[0]}")
    assert form

    def change(book: Workbook) -> None:
        set_cell(book, "Đơn vị", "181", "Đến ngày", programme.period_by_code[DEMO_PERIOD].data_from)
        set_cell(book, "Biểu mẫu", forms[0], "Phiên bản", 9)

    words = planner.get(f"{PAGE}/tep?key={post_book(planner, change)}").words
    assert "Huyện Bình Gia thôi hoạt động: 1 báo cáo đã nhận vẫn được giữ; 1 đường dẫn đang dùng" in words
    assert "1 báo cáo đã nhận ra khỏi bảng theo dõi và không còn được tổng hợp" in words
    assert "1 đường dẫn đã tải biểu mẫu mà phiên bản mới không nhận nữa" in words


# Another year, older versions


def test_the_programme_of_the_next_year_is_made_from_this_one_and_this_one_stays(planner: Browser) -> None:
    year = programmes.load_in_force(DEMO_CODE).year + 1
    query = {"ma": "ct138-nam-sau", "nam": str(year), "so": "", "ngay": ""}
    asked = "&".join(f"{name}={text}" for name, text in query.items())
    page = planner.get(f"{PAGE}/nam-sau?{asked}")
    assert "Đây là chương trình mới, mã ct138-nam-sau" in page.words
    assert "Số, ký hiệu của chương trình mới chưa có" in page.words
    book = fetch_book(planner.get(f"{PAGE}/nam-sau/so?{asked}"))
    assert str(book["Chương trình"]["B1"].value) == "ct138-nam-sau"
    answer = planner.post(PROPOSAL, {"mau": page.seal, "phien-ban": "1", "viec": "nam-sau"} | query)
    assert "Số, ký hiệu của chương trình mới chưa có" in planner.follow(answer).words
    sign_in(planner, "admin")
    assert "so-chuong-trinh/ct138-nam-sau" in decide(planner, "ap-dung").header("location")
    assert programmes.load_in_force(DEMO_CODE).version == 1
    made = programmes.load_in_force("ct138-nam-sau")
    assert (made.version, made.year, made.follows) == (1, year, DEMO_CODE)
    for wrong in ("ma=&nam=2027", "ma=x&nam=hai", f"ma={DEMO_CODE}&nam=2027", "ma=x&nam=2027&ngay=hôm nay"):
        assert planner.get(f"{PAGE}/nam-sau?{wrong}").status == 400
    assert planner.get(f"{PAGE}/nam-sau?ma=a%20b&nam=2027").status in (200, 400)


def test_a_book_of_another_programme_takes_no_word_template_from_this_one_unless_it_follows_it(
    planner: Browser, now: datetime
) -> None:
    files = dict(programmes.load_files(DEMO_CODE, programmes.load_in_force(DEMO_CODE).version))
    import_programme(files | read_demo_documents(), stamp=Stamp("thử", now))
    programmes.forget()
    here = programmes.load_in_force(DEMO_CODE)
    following = proposed.renew(here, proposed.NextYear("ct138-nam-sau", here.year + 1)).change.files
    for book, kept in ((write_schools(), set()), (proposed.write_book(following), set(read_demo_documents()))):
        change = proposed.read_book(here, book).change
        assert change
        assert {name for name in change.files if name.endswith(".docx")} == kept


def test_an_older_version_is_looked_at_compared_and_taken_up_as_a_new_one(planner: Browser) -> None:
    old = programmes.load_files(DEMO_CODE, 1)
    propose(planner, post_book(planner, rename))
    sign_in(planner, "admin")
    decide(planner, "ap-dung")
    assert "Buổi <b>tuyên truyền</b>" in planner.get(f"{PAGE}/so-sanh?tu=1&den=2").words
    assert planner.get(f"{PAGE}/so-sanh?tu=1&den=9").status == 404
    assert fetch_book(planner.get(f"{PAGE}/phien-ban/1/so")).sheetnames[0] == "Chương trình"
    page = planner.get(f"{PAGE}/phien-ban/1")
    assert "áp dụng lại phiên bản 1" in page.words
    assert planner.get(f"{PAGE}/phien-ban/2").status == planner.get(f"{PAGE}/phien-ban/7").status == 404
    hidden = {"mau": page.seal, "phien-ban": "2", "viec": "phien-ban", "so": "1"}
    assert planner.post(PROPOSAL, hidden).status == 303
    sign_in(planner, "planner")
    assert decide(planner, "ap-dung", number=2).status == 303
    assert programmes.load_files(DEMO_CODE, 3) == old
    assert "Các phiên bản (3)" in planner.get(PAGE).words


def test_what_is_proposed_is_tried_with_forms_reports_and_a_document(planner: Browser) -> None:
    propose(planner, post_book(planner, rename))
    page = planner.get(PROPOSAL)
    found = re.findall(r'href="([^"]*/de-nghi/thu/[^"]+)"', page.text)
    paths = [f"{PROPOSAL}/{link.partition('/de-nghi/')[2].replace('&amp;', '&')}" for link in found]
    blank, sample = (
        next(path for path in paths if f"{name}.xlsx?loai=district" in path)
        for name in ("bieu-mau-trong", "bao-cao-thu")
    )
    assert "Buổi <b>tuyên truyền</b>" in "".join(
        str(cell.value) for sheet in fetch_book(planner.get(blank)) for row in sheet.iter_rows() for cell in row
    )
    assert fetch_book(planner.get(sample)).sheetnames == fetch_book(planner.get(blank)).sheetnames
    document = planner.get(next(path for path in reversed(paths) if ".docx" in path))
    assert docx.Document(io.BytesIO(read_handout(document))).paragraphs
    for wrong in ("bao-cao-thu.xlsx?loai=la&bieu=la", "khac.xlsx", "bao-cao-tong-hop-thu.docx?ky=la"):
        assert planner.get(f"{PROPOSAL}/thu/{wrong}").status == 404


def correct(browser: Browser, **fields: str) -> Page:
    """Asks for a correction: looks at it, then confirms it."""
    version = programmes.load_in_force(DEMO_CODE).version
    hidden = {"mau": browser.get(f"{PAGE}/sua").seal, "phien-ban": str(version)}
    named = {name.replace("_", "-"): text for name, text in fields.items()}
    page = browser.post(f"{PAGE}/sua", hidden | named)
    assert programmes.load_in_force(DEMO_CODE).version == version
    if page.status == 200:
        browser.post(f"{PAGE}/sua", hidden | named | {"xac-nhan": "co"})
    return page


def test_a_label_a_severity_and_the_recipients_are_corrected_on_the_page_after_a_look(planner: Browser) -> None:
    form = programmes.load_in_force(DEMO_CODE).form_by_code[DEMO_FORM]
    assert "Buổi &lt;i&gt;" in correct(planner, viec="ten", chi_tieu="B05", ten="Buổi <i>nói chuyện</i>").text
    assert "cảnh báo, vẫn nhận" in correct(planner, viec="muc", quy_tac=f"{form.code}/{form.rules[0].id}",
                                           muc="warning").words  # fmt: skip
    assert "Nơi nhận" in correct(planner, viec="noi-nhan", noi_nhan='Bộ [A] "x"\nLưu: VT').words
    made = programmes.load_in_force(DEMO_CODE)
    assert made.version == 4
    assert made.indicator_by_code["B05"].label == "Buổi <i>nói chuyện</i>"
    assert made.form_by_code[form.code].rules[0].severity is Severity.WARNING
    assert made.office.recipients == ('Bộ [A] "x"', "Lưu: VT")
    for wrong in ({"viec": "ten", "chi_tieu": "ZZ", "ten": "x"}, {"viec": "muc", "quy_tac": "la/la", "muc": "error"}):
        assert correct(planner, **wrong).status == 404
    assert correct(planner, viec="muc", quy_tac=f"{form.code}/{form.rules[0].id}", muc="la").status == 400


KEEPERS = {"can-bo-planner": ["planner"]}


@pytest.mark.parametrize(
    ("others", "is_alone"),
    [
        ({"can-bo-admin": ["admin"]}, False),
        ({"can-bo-khac": ["viewer", "planner"]}, False),
        ({"can-bo-xem": ["viewer"], "can-bo-bien-tap": ["editor"]}, True),
        ({"can-bo-chi-nhanh": ["planner", "planner@185"], "can-bo-hai": ["admin", "viewer@185"]}, True),
        ({"can-bo-nghi": ["admin"]}, True),
    ],
)
def test_a_second_person_is_who_may_decide_as_the_user_pool_has_it(
    planner: Browser, monkeypatch: pytest.MonkeyPatch, others: dict[str, list[str]], *, is_alone: bool
) -> None:
    """Accounts that are disabled and people bound to a branch may not decide: nobody has to wait for them."""
    cognito = open_pool(monkeypatch, KEEPERS | others)
    for name in others.keys() & {"can-bo-nghi"}:
        cognito.admin_disable_user(UserPoolId=read_pool().id, Username=name)
    sign_in(planner, "planner")
    propose(planner, post_book(planner, rename))
    assert (ALONE in planner.get(PROPOSAL).words) is is_alone
    assert decide(planner, "ap-dung").status == (303 if is_alone else 400)


def test_where_the_user_pool_does_not_answer_nothing_is_put_in_force(
    planner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    propose(planner, post_book(planner, rename))
    open_pool(monkeypatch, KEEPERS).delete_user_pool(UserPoolId=read_pool().id)
    sign_in(planner, "planner")
    assert planner.get(PROPOSAL).status == decide(planner, "ap-dung").status == 503
    assert programmes.load_in_force(DEMO_CODE).version == 1


def test_a_blank_book_is_handed_out_and_becomes_a_programme_of_its_own_only_when_it_is_written(
    planner: Browser,
) -> None:
    blank = fetch_book(planner.get(f"{PAGE}/so-trong"))
    assert blank.sheetnames == fetch_book(planner.get(f"{PAGE}/phien-ban/1/so")).sheetnames
    out = io.BytesIO()
    blank.save(out)
    assert "chỗ phải sửa" in planner.get(f"{PAGE}/tep?key={post_file(out.getvalue())}").words
    assert "so-trong" in planner.get(PAGE).text
