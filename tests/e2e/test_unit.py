"""The whole way of a unit in a real browser: download, fill in, upload, errors, correct, upload, receipt."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from chalicelib.intake.check import check_workbook
from chalicelib.workbook.form.filling import Contents, fill_in
from infra.demo.programme import DEMO_FORM, DEMO_PERIOD
from infra.demo.samples import make_contents
from tests.e2e.conftest import Look, Picture, Site, look_at_print

OUTCOME, TRIED = re.compile(r"/ket-qua/"), re.compile(r"/ket-qua-thu/")


def fill_for(site: Site, unit: str, blank: Path, **wrong: object) -> bytes:
    """The downloaded blank form filled in, with some figures typed wrongly."""
    programme = site.programme
    form, period = programme.form_by_code[DEMO_FORM], programme.period_by_code[DEMO_PERIOD]
    contents = make_contents(programme, form, programme.unit_by_code[unit], period)
    return fill_in(blank.read_bytes(), Contents(contents.values | wrong, contents.tables))


def download_blank(page: Page, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Tải biểu mẫu trống Báo cáo 6 tháng")).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def open_and_fill(page: Page, site: Site, unit: str, folder: Path, **wrong: object) -> Path:
    """Opens the unit's page, and fills in the form that it hands out."""
    page.goto(site.make_link(unit))
    path = folder / "bao-cao.xlsx"
    path.write_bytes(fill_for(site, unit, download_blank(page, folder), **wrong))
    return path


def choose(page: Page, path: Path) -> None:
    page.set_input_files("#tep", path)
    page.get_by_role("checkbox").check()


def test_a_unit_sends_is_told_its_errors_corrects_and_gets_its_receipt(
    page: Page, site: Site, look: Look, picture: Picture, tmp_path: Path
) -> None:
    page.goto(site.make_link("183"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Huyện Cao Lộc")
    expect(page.get_by_text("Còn 4 ngày").first).to_be_visible()
    look(page, "don-vi")

    blank = download_blank(page, tmp_path)
    assert "Huyện Cao Lộc" in blank.name
    filled = tmp_path / "Báo cáo +6 tháng (bản 1).xlsx"
    filled.write_bytes(fill_for(site, "183", blank, B06="hơn 500", F69=1.5))
    choose(page, filled)
    look(page, "don-vi-da-chon-tep")
    picture(page.get_by_role("main"), "hd-don-vi")
    page.get_by_role("button", name="Gửi báo cáo").click()

    page.wait_for_url(OUTCOME)
    expect(page.get_by_role("heading", level=1)).to_contain_text("có 2 lỗi")
    expect(page.get_by_text("hơn 500").first).to_be_visible()
    look(page, "don-vi-loi")
    picture(page.get_by_role("main"), "hd-loi")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải bản đã đánh dấu lỗi").click()
    marked = tmp_path / download.value.suggested_filename
    download.value.save_as(marked)
    assert "đánh dấu lỗi" in marked.name

    corrected = tmp_path / "Báo cáo đã sửa.xlsx"
    corrected.write_bytes(fill_for(site, "183", marked))
    assert check_workbook(corrected.read_bytes(), site.programme).status == "accepted"
    page.get_by_role("link", name="Gửi lại bản đã sửa").click()
    choose(page, corrected)
    page.get_by_role("button", name="Gửi báo cáo").click()
    page.wait_for_url(OUTCOME)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Biên nhận số BN-")
    look(page, "don-vi-bien-nhan")
    picture(page.get_by_role("main"), "hd-bien-nhan")
    look_at_print(page, "in-bien-nhan")

    page.get_by_role("link", name="← Trang của Huyện Cao Lộc").click()
    expect(page.get_by_text("Đã nhận, đúng hạn")).to_be_visible()
    look(page, "don-vi-da-nop")
    page.get_by_role("link", name=re.compile("Các lần nộp")).click()
    look(page, "don-vi-lich-su")
    page.goto(f"{site.make_link('183')}/trong-bao-cao/ke-hoach")
    expect(page.get_by_text("báo cáo tổng hợp chưa phát hành")).to_be_visible()
    look(page, "don-vi-trong-bao-cao")


def test_a_unit_tries_a_workbook_out_before_it_sends_it(page: Page, site: Site, look: Look, tmp_path: Path) -> None:
    page.goto(site.make_link("180"))
    blank, path = download_blank(page, tmp_path), tmp_path / "bao-cao.xlsx"
    page.get_by_role("link", name=re.compile("Kiểm tra thử Báo cáo 6 tháng")).click()
    look(page, "don-vi-kiem-tra-thu")
    path.write_bytes(fill_for(site, "180", blank, B06="hơn 500"))
    choose(page, path)
    page.get_by_role("button", name="Kiểm tra thử").click()
    page.wait_for_url(TRIED)
    expect(page.get_by_role("heading", level=1)).to_contain_text("sẽ chưa được nhận: có 1 lỗi")
    look(page, "don-vi-thu-co-loi")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải bản đã đánh dấu lỗi").click()
    path.write_bytes(fill_for(site, "180", Path(download.value.path())))

    page.get_by_role("link", name="Kiểm tra thử bản khác").click()
    choose(page, path)
    page.get_by_role("button", name="Kiểm tra thử").click()
    page.wait_for_url(TRIED)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nếu gửi bản này sẽ được tiếp nhận")
    page.reload()
    look(page, "don-vi-thu-dat")
    page.get_by_role("link", name="Gửi chính thức").click()
    expect(page.get_by_role("heading", name="Gửi báo cáo đã điền")).to_be_visible()
    expect(page.get_by_role("heading", name="Các tệp đã gửi gần đây")).to_have_count(0)


def test_a_trial_works_without_script(scriptless: Page, site: Site, tmp_path: Path) -> None:
    page = scriptless
    path = open_and_fill(page, site, "189", tmp_path)
    page.get_by_role("link", name=re.compile("Kiểm tra thử Báo cáo 6 tháng")).click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Tiếp tục: chọn tệp").click()
    page.set_input_files("#tep", path)
    page.get_by_role("button", name="Kiểm tra thử").click()
    page.wait_for_url(TRIED)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nếu gửi bản này sẽ được tiếp nhận")


def test_a_file_dropped_on_the_page_is_chosen(page: Page, site: Site) -> None:
    page.goto(site.make_link("181"))
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["x"], "tha.xlsx"));
            document.getElementById("o-tha").dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true}));
        }"""
    )
    expect(page.get_by_text("Đã chọn: tha.xlsx")).to_be_visible()


def test_nothing_is_sent_without_a_file_or_without_the_confirmation(page: Page, site: Site, tmp_path: Path) -> None:
    page.goto(site.make_link("181"))
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_role("alert")).to_contain_text("chọn tệp Excel")
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"x")
    page.set_input_files("#tep", path)
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_role("alert")).to_contain_text("bí mật nhà nước")


def test_on_a_narrow_screen(narrow: Page, site: Site, look: Look, tmp_path: Path) -> None:
    narrow.goto(site.make_link("184"))
    look(narrow, "dien-thoai-don-vi")
    path = tmp_path / "bao-cao.xlsx"
    path.write_bytes(fill_for(site, "184", download_blank(narrow, tmp_path), B05="44 lần/704 lượt"))
    choose(narrow, path)
    narrow.get_by_role("button", name="Gửi báo cáo").click()
    narrow.wait_for_url(OUTCOME)
    look(narrow, "dien-thoai-loi")


def test_without_script_the_form_still_sends(scriptless: Page, site: Site, tmp_path: Path) -> None:
    page = scriptless
    path = open_and_fill(page, site, "185", tmp_path)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Tiếp tục: chọn tệp").click()
    page.set_input_files("#tep", path)
    page.get_by_role("button", name="Gửi").click()
    page.wait_for_url(OUTCOME)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Biên nhận số BN-")


def test_the_page_of_the_second_step_has_no_barrier(page: Page, site: Site, look: Look) -> None:
    """As a browser without script gets it; axe-core itself is a script."""
    page.goto(site.make_link("185"))
    page.get_by_role("checkbox").check()
    page.evaluate("document.getElementById('nop').submit()")
    expect(page.get_by_role("heading", name="Chọn tệp để gửi")).to_be_visible()
    look(page, "khong-script-chon-tep")


def test_a_warning_is_justified(page: Page, site: Site, look: Look, picture: Picture, tmp_path: Path) -> None:
    path = open_and_fill(page, site, "182", tmp_path, D32=0)
    choose(page, path)
    page.get_by_role("button", name="Gửi báo cáo").click()
    page.wait_for_url(OUTCOME)
    expect(page.get_by_role("heading", name="Cảnh báo: xin xem lại")).to_be_visible()
    picture(page.get_by_role("region", name="Cảnh báo: xin xem lại"), "hd-giai-trinh")
    page.get_by_label("Giải trình").fill("Năm nay chưa xây dựng mô hình mới.")
    page.get_by_role("button", name="Lưu giải trình").click()
    expect(page.get_by_text("Đã nhận giải trình lúc")).to_be_visible()
    look(page, "don-vi-canh-bao")


def test_a_broken_line_is_tried_again_without_choosing_the_file_again(
    page: Page, site: Site, look: Look, tmp_path: Path
) -> None:
    path = open_and_fill(page, site, "186", tmp_path)
    attempts = []

    def cut(route: Route, request: Request) -> None:
        attempts.append(request.url)
        route.abort("connectionreset")

    page.clock.install()
    storage = re.compile(r"tonghop-local-inbox")
    page.route(storage, cut)
    choose(page, path)
    page.get_by_role("button", name="Gửi báo cáo").click()
    for attempt, seconds in enumerate((2, 5, 10), start=1):
        expect(page.get_by_text(f"tự gửi lại sau {seconds} giây (lần {attempt} trên 3)")).to_be_visible()
        page.clock.run_for(seconds * 1000 + 100)
    expect(page.get_by_text("Đường truyền bị đứt, tệp chưa gửi được")).to_be_visible()
    assert len(attempts) == 4
    look(page, "don-vi-dut-mang")
    page.unroute(storage)
    page.clock.resume()
    page.get_by_role("button", name="Gửi lại tệp này").click()
    page.wait_for_url(OUTCOME)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Biên nhận số BN-")


def test_a_busy_system_is_told_as_busy_and_asked_less_and_less_often(page: Page, site: Site, tmp_path: Path) -> None:
    """Not as a broken line: API Gateway answers 429 with a page of its own."""
    path = open_and_fill(page, site, "186", tmp_path)
    asked = []

    def check(route: Route, request: Request) -> None:
        asked.append(request.url)
        route.fulfill(json={"state": "checking"})

    page.clock.install()
    prepare, outcome = re.compile(r"/gui$"), OUTCOME
    page.route(prepare, lambda route: route.fulfill(status=429, content_type="text/html", body="<h1>Đông</h1>"))
    choose(page, path)
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Hệ thống đang có nhiều người gửi; tự gửi lại sau 5 giây (lần 1 trên 4)")).to_be_visible()
    page.unroute(prepare)
    page.route(outcome, check)
    page.clock.run_for(5_100)
    expect(page.get_by_text("Tệp đã đến nơi, đang được kiểm tra")).to_be_visible()
    for pause in (1_000, 1_500, 2_250, 3_375, 5_062):
        with page.expect_response(OUTCOME):
            page.clock.run_for(round(1.2 * pause))
    before = len(asked)
    page.clock.run_for(3_000)
    assert len(asked) == before


def test_on_a_slow_line_the_progress_is_shown(page: Page, site: Site, tmp_path: Path) -> None:
    page.goto(site.make_link("187"))
    path = tmp_path / "bao-cao.xlsx"
    path.write_bytes(download_blank(page, tmp_path).read_bytes())
    choose(page, path)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    slow = {"offline": False, "latency": 400, "downloadThroughput": 10_000, "uploadThroughput": 10_000}
    session.send("Network.emulateNetworkConditions", slow)
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text(re.compile(r"Đang gửi bao-cao.xlsx: \d+ %"))).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.wait_for_url(OUTCOME, timeout=60_000)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Chưa nhận")


@pytest.mark.parametrize("name", ["", "/pv05", "/quan-tri"])
def test_the_guides_are_read_and_printed(page: Page, site: Site, look: Look, name: str) -> None:
    kind = name.strip("/") or "don-vi"
    page.goto(f"{site.url}/huong-dan{name}")
    for picture in page.get_by_role("img").all():
        picture.scroll_into_view_if_needed()
        page.wait_for_function("each => each.complete && each.naturalWidth > 0", arg=picture.element_handle())
    look(page, f"huong-dan-{kind}")
    look_at_print(page, f"in-huong-dan-{kind}")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) <= 3


def test_an_unknown_link_says_whom_to_call(page: Page, site: Site, look: Look) -> None:
    page.goto(f"{site.url}/nop/khong-co-duong-dan-nay")
    expect(page.get_by_text("PV05").first).to_be_visible()
    look(page, "duong-dan-hong")


@pytest.mark.parametrize("state", ["checking", "missing"])
def test_a_result_that_does_not_come_is_explained(
    page: Page, site: Site, look: Look, tmp_path: Path, state: str
) -> None:
    """The queue stands still: what was sent lies in the inbox, and the page says what happens next."""
    page.goto(site.make_link("188"))
    home = page.url
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK")
    page.route(re.compile("tonghop-local-inbox"), lambda route: route.fulfill(status=201, body=""))
    page.route(re.compile("/ket-qua/"), lambda route: (
        route.fulfill(json={"state": state}) if "json" in route.request.headers["accept"] else route.continue_()
    ))  # fmt: skip
    page.clock.install()
    choose(page, path)
    page.get_by_role("button", name="Gửi báo cáo").click()
    for _ in range(60):
        page.clock.run_for(1300)
        page.wait_for_timeout(30)
    page.wait_for_url(OUTCOME)
    page.unroute_all()  # an answer that is not the page's own would load it again and again
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("Chưa thấy tệp của lần gửi này")).to_be_visible()
    look(page, "don-vi-cho")
    assert home
