"""The sheets of a sổ chương trình: which column holds which field of which part. Reading, writing and the guide use it.

A sheet has records below its headings. Where records hold records (a table its columns), the outer one begins where
one of its cells is filled in, and the inner ones follow on the same row and those below.
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.programme.amendments import HEADINGS, MORE_HEADINGS
from chalicelib.domain.programme.kinds import KINDS
from chalicelib.domain.programme.model import Regime
from chalicelib.domain.programme.recurrence import MONTH_NAMES
from chalicelib.workbook.programme import values
from chalicelib.workbook.programme.values import CellRule


@dataclass(frozen=True, eq=False)
class SheetColumn:
    """A column, or a line of the sheet that has one value a line. `field` is the record's key; "" is the record itself.

    `lists` names the part whose codes are offered, `names` the part whose codes stand there, alone or with others.
    `blank` is what a blank cell stands for, as it would be written there.
    """

    heading: str
    field: str
    kind: CellRule = values.TEXT
    help: str = ""
    is_needed: bool = False
    lists: str = ""
    names: str = ""
    blank: str | int = ""

    @property
    def words(self) -> str:
        """What to write there, for the guide."""
        return "; ".join(filter(None, (self.help, self.kind.expected)))


@dataclass(frozen=True)
class Level:
    """Records of one kind: `part` is their key in the record around them."""

    part: str
    columns: tuple[SheetColumn, ...]


@dataclass(frozen=True)
class BookSheet:
    """`owner` is the column with the code of the form that the outermost records belong to.

    `is_needed`: a programme cannot do without it. Of a sheet without levels, `pairs` are the keys of tables of code to
    text, in the order of `columns`. `also` are other names by which the sheet is read.
    """

    name: str
    help: str
    levels: tuple[Level, ...] = ()
    owner: SheetColumn | None = None
    is_needed: bool = False
    example: tuple[str, ...] = ()
    """A row to be looked at, in the order of the columns; it is read over."""
    pairs: tuple[str, ...] = ()
    columns: tuple[SheetColumn, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def all_columns(self) -> tuple[SheetColumn, ...]:
        own = (self.owner,) if self.owner else ()
        return (*own, *self.columns, *(column for level in self.levels for column in level.columns))


_KIND = values.choose_by_name({code: kind.name for code, kind in KINDS.items()})
_SCOPE = values.choose_by_name({"unit": "từng đơn vị", "province": "cả chương trình"})
_CONFIRM = SheetColumn("Cần xác nhận", "confirm", help="điều gì của dòng này cơ quan còn phải xác nhận")
_SOURCE = SheetColumn("Căn cứ", "source", help="văn bản, điều khoản đặt ra yêu cầu")
_CERTAIN = SheetColumn(
    HEADINGS["certain"],
    "certain",
    values.choose("chắc chắn", "cần xác nhận"),
    "bỏ trống là chắc chắn",
    blank="chắc chắn",
)
_FROM = SheetColumn(
    HEADINGS["valid_from"], "valid_from", values.DAY_TEXT, "ngày đầu có hiệu lực; bỏ trống nếu không giới hạn"
)
_TO = SheetColumn(
    HEADINGS["valid_to"], "valid_to", values.DAY_TEXT, "ngày cuối có hiệu lực; bỏ trống nếu không giới hạn"
)
_PERIODS = SheetColumn(
    "Kỳ thu", "periods", values.PERIODS, "các kỳ có thu; bỏ trống là mọi kỳ, “Không” là chưa thu", names="periods"
)
_ASKED_IF = SheetColumn(
    "Chỉ hỏi khi",
    "asked_if",
    values.WORD,
    "điều kiện: B03 > 0; B03 = 5; Q1 = Có; Q1 = Tốt|Khá; kỳ = nam; đơn vị = cap-xa; nối bằng “và”",
)  # fmt: skip
_FORM = SheetColumn("Biểu mẫu", "", values.WORD, "mã biểu mẫu; bỏ trống là biểu mẫu của dòng trên", lists="forms")

_REGIME = tuple(
    SheetColumn(str(field.title), f"regime.{name}", help="theo Nghị định 09/2019/NĐ-CP; in ở hướng dẫn của biểu mẫu")
    for name, field in Regime.model_fields.items()
)
_BY_DATA = "tính theo ngày cuối số liệu của kỳ"

MAIN = (
    SheetColumn("Mã chương trình", "code", values.WORD, "chữ thường không dấu, số, gạch nối; không đổi về sau", True),
    SheetColumn("Tên chương trình", "title", help="được dùng {year} thay cho năm", is_needed=True),
    SheetColumn("Năm", "year", values.NUMBER, is_needed=True),
    SheetColumn("Số văn bản", "number", help="mở đầu bằng “…” khi chưa có số", is_needed=True),
    SheetColumn("Ngày ký", "signed", values.DAY, "bỏ trống khi chưa ký"),
    SheetColumn("Chương trình trước", "follows", values.WORD, "mã chương trình để so sánh cùng kỳ"),
    SheetColumn(
        "Loại đơn vị tính số chung",
        "headline",
        values.WORD,
        "mã loại đơn vị mà tổng lấy theo; bỏ trống là loại đầu tiên",
        names="unit_types",
    ),
    SheetColumn(
        "Gọi chung các đơn vị",
        "whole",
        values.WORD,
        "như trong “toàn tỉnh”, “toàn ngành”; bỏ trống là tỉnh",
        blank="tỉnh",
    ),
    SheetColumn("Gửi thư kết quả", "outcome_letters", values.FLAG, "báo kết quả mỗi lần nộp cho người liên hệ"),
    SheetColumn(
        "Chỉ tiêu vẽ biểu đồ", "charts", values.CODES, "mã các chỉ tiêu vẽ trong bảng tổng hợp", names="indicators"
    ),
    SheetColumn("Cần xác nhận", "confirm", help="điều gì của chương trình cơ quan còn phải xác nhận"),
    SheetColumn("Cơ quan cấp trên", "office.parent", help=f"“{values.NOTHING}” khi không có", is_needed=True),
    SheetColumn("Tên cơ quan (chữ in hoa)", "office.name", is_needed=True),
    SheetColumn("Tên cơ quan trong câu", "office.full_name"),
    SheetColumn("Tên viết tắt", "office.abbreviation", help="trong số, ký hiệu văn bản", is_needed=True),
    SheetColumn("Nơi ban hành", "office.place", is_needed=True),
    SheetColumn("Đầu mối hỗ trợ", "office.contact", is_needed=True),
    SheetColumn("Điện thoại hỗ trợ", "office.phone"),
    SheetColumn("Quyền hạn ký", "office.signer_authority", help="ví dụ KT. TRƯỞNG BAN; bỏ trống khi người đứng đầu ký"),
    SheetColumn("Chức vụ người ký", "office.signer_title", is_needed=True),
    SheetColumn("Chức danh khác của người ký", "office.signer_office"),
    SheetColumn("Họ tên người ký", "office.signer_name", help="“(trống)” khi chưa có", is_needed=True),
    SheetColumn("Kính gửi", "office.addressee", is_needed=True),
    SheetColumn("Nơi nhận", "office.recipients", values.RECIPIENTS, "“Như trên” báo cáo tự ghi", True),
    SheetColumn("Cần xác nhận về cơ quan", "office.confirm"),
    *_REGIME,
)

_UNIT = (
    SheetColumn(HEADINGS["code"], "code", values.WORD, "mã thống kê hoặc chữ viết tắt; giữ số 0 ở đầu", True),
    SheetColumn(HEADINGS["name"], "name", values.WORD, is_needed=True),
    SheetColumn(HEADINGS["full_name"], "full_name", values.WORD, is_needed=True),
    SheetColumn(HEADINGS["type"], "type", values.WORD, "mã hoặc tên ở trang Loại đơn vị", True, "unit_types"),
    SheetColumn(HEADINGS["parent"], "parent", values.WORD, "mã của đơn vị cấp trên, nếu có", names="units"),
    _FROM, _TO, _CERTAIN,
    SheetColumn(HEADINGS["note"], "note", values.WORD),
    SheetColumn(MORE_HEADINGS["organisation_code"], "organisation_code", values.WORD, "theo Quyết định 20/2020/QĐ-TTg"),
)  # fmt: skip

_PERIOD = (
    SheetColumn("Mã", "code", values.WORD, is_needed=True),
    SheetColumn("Tên kỳ", "name", is_needed=True),
    SheetColumn("Số liệu từ ngày", "data_from", values.DAY, is_needed=True),
    SheetColumn("Số liệu đến ngày", "data_to", values.DAY, is_needed=True),
    SheetColumn("Mở nhận", "opens", values.MOMENT, is_needed=True),
    SheetColumn("Hạn", "due", values.MOMENT, "thời điểm đầu tiên là muộn: “trước ngày 15/5” thì ghi 15/05", True),
    SheetColumn("Khóa", "lock", values.MOMENT, "từ lúc này chỉ nhận khi được cho phép", True),
    SheetColumn("Số giờ châm chước", "grace_hours", values.NUMBER),
    SheetColumn("Cộng dồn từ kỳ", "compare_with", values.WORD, "mã kỳ trước trong năm mà số liệu kỳ này gồm cả",
                names="periods"),
    _SOURCE, _CONFIRM,
)  # fmt: skip

_EVERY = values.choose_by_name(
    MONTH_NAMES,
    also={f"{every} {name}": code for every in ("hằng", "hàng") for code, name in MONTH_NAMES.items()},
)
_RECURRENCE = (
    SheetColumn("Mã", "code", values.WORD, "có {number} là số thứ tự trong năm, ví dụ thang-{number}", True),
    SheetColumn("Tên kỳ", "name", help="ví dụ Tháng {number} năm {year}; {roman} là số La Mã", is_needed=True),
    SheetColumn("Lặp lại", "every", _EVERY, is_needed=True),
    SheetColumn("Ngày cuối được gửi", "last_day", values.NUMBER, "ngày trong tháng, ví dụ 17", True),
    SheetColumn("Ngày chốt số liệu", "cut_day", values.NUMBER, "ngày trong tháng; bỏ trống là ngày cuối tháng"),
    SheetColumn("Mở trước hạn (ngày)", "opens_before", values.NUMBER, "bỏ trống là 15"),
    SheetColumn("Khóa sau hạn (ngày)", "lock_after", values.NUMBER, "bỏ trống là 30"),
    SheetColumn("Số giờ châm chước", "grace_hours", values.NUMBER),
    SheetColumn("Cộng dồn", "cumulative", values.FLAG, "số liệu của kỳ gồm cả các kỳ trước trong năm"),
    _SOURCE, _CONFIRM,
)  # fmt: skip

_INDICATOR = (
    SheetColumn("Mã", "code", values.WORD, "chữ in hoa rồi đến số, ví dụ S01", True),
    SheetColumn("Nhóm", "group", values.WORD, is_needed=True),
    SheetColumn("Nội dung", "label", values.WORD, is_needed=True),
    SheetColumn("Đơn vị tính", "measure_unit", values.WORD),
    SheetColumn("Kiểu", "kind", _KIND, is_needed=True),
    SheetColumn("Nơi báo cáo", "senders", values.BARRED, "mã hoặc tên loại đơn vị, hoặc unit:MÃ của một đơn vị; "
                "bỏ trống khi mọi đơn vị cùng một loại", names="unit_types"),
    SheetColumn("Trong đó của", "part_of", values.WORD, "mã chỉ tiêu mà dòng này là một phần", names="indicators"),
    SheetColumn(
        "Cách tính",
        "computed",
        values.WORD,
        "S01 + S02; của tỷ lệ: S02 / S01; của điểm có hệ số và mức trần: min(10; 2 * S01 + 0,5 * S02)",
    ),
    SheetColumn("Cách ghi khác của đơn vị tính", "also", values.BARRED_LINES),
    _FROM, _TO,
    SheetColumn("Căn cứ", "source", values.WORD),
    SheetColumn("Ghi chú", "note", values.WORD),
    SheetColumn("So theo", "per", values.WORD, "mã chỉ tiêu để so đơn vị lớn nhỏ khác nhau, ví dụ số hộ",
                names="indicators"),
    SheetColumn("Cách tính từ ngày", "comparable_from", values.DAY_TEXT, "số trước ngày này không so được với nay"),
    _CERTAIN,
    _ASKED_IF,
    SheetColumn("Xếp loại", "bands", values.BARRED_LINES, "từ cao xuống thấp: Tốt từ 8; Khá từ 6,5; Chưa đạt"),
    SheetColumn("Lựa chọn", "choices", values.BARRED_LINES, "các lựa chọn của kiểu “lựa chọn”, theo thứ tự"),
    SheetColumn(
        "Khoảng hợp lý",
        "plausible",
        values.WORD,
        "0..500; ..500; theo loại đơn vị: truong: 0..50; phong: 0..500; tỷ lệ: 80%..100%; ngoài khoảng thì cảnh báo",
    ),
    SheetColumn(
        "Hỏi theo đơn vị",
        "asked_in",
        values.WORD,
        "khi biểu hỏi bằng triệu đồng mà đơn vị tính là đồng; bỏ trống là hỏi theo đơn vị tính",
    ),
)  # fmt: skip

_FORM_COLUMNS = (
    SheetColumn("Mã", "code", values.WORD, is_needed=True),
    SheetColumn("Phiên bản", "version", values.NUMBER, is_needed=True),
    SheetColumn("Tên biểu mẫu", "title", is_needed=True),
    SheetColumn("Tiêu đề in", "heading", is_needed=True),
    SheetColumn("Cộng dồn", "cumulative", values.FLAG, "số của kỳ sau gồm cả kỳ trước trong năm"),
    SheetColumn("Được ước", "estimates", values.FLAG, "số chưa chính thức được đánh dấu “ước”"),
    SheetColumn("Nhận cả phiên bản", "accepts", values.NUMBERS),
    SheetColumn("Nhận phiên bản cũ đến hết ngày", "accepts_until", values.DAY, "bỏ trống nếu không giới hạn"),
    SheetColumn("Chỉ tiêu không bắt buộc", "optional", values.CODES, names="indicators"),
    SheetColumn("Hướng dẫn trên biểu", "notes", values.LINES),
    _CONFIRM,
)

_SECTION = (
    SheetColumn("Mục", "title", help="tên mục, ghi ở dòng đầu của mục", is_needed=True),
    SheetColumn("Mã mục", "code", values.WORD),
    SheetColumn("Được báo không phát sinh", "nothing_to_report", values.FLAG),
    SheetColumn("Bảng kê của mục", "tables", values.CODES),
    _PERIODS,
    _ASKED_IF,
    SheetColumn("Số liệu tính từ", "window", values.WINDOW, "khi khác thời gian của kỳ; bỏ trống là như kỳ"),
    SheetColumn(
        "Hỏi theo đơn vị", "asked_in", values.WORD, "cho các dòng của mục có đơn vị tính nhỏ hơn, ví dụ triệu đồng"
    ),
)

_ROW = (SheetColumn("Chỉ tiêu", "", values.WORD, lists="indicators"),)

_TABLE = (
    SheetColumn("Mã bảng", "code", values.WORD, is_needed=True),
    SheetColumn("Tên bảng", "title", is_needed=True),
    SheetColumn("Số dòng in sẵn", "rows", values.NUMBER, blank=20),
    SheetColumn("Nơi kê", "senders", values.CODES, "mã hoặc tên loại đơn vị; bỏ trống là mọi loại", names="unit_types"),
    SheetColumn("Cột đặt tên", "names", values.CODES, "mã các cột làm tên của một dòng"),
    _PERIODS,
)
_TABLE_COLUMN = (
    SheetColumn("Mã cột", "code", values.WORD, is_needed=True),
    SheetColumn("Tên cột", "label", is_needed=True),
    SheetColumn("Kiểu", "kind", _KIND, is_needed=True),
    SheetColumn("Bắt buộc", "required", values.FLAG),
    SheetColumn("Lựa chọn", "choices", values.LINES),
    SheetColumn("Đơn vị tính", "measure_unit"),
    SheetColumn("Ngày ngoài kỳ là", "outside", values.SEVERITY, blank="cảnh báo"),
    SheetColumn("Hỏi theo đơn vị", "asked_in", values.WORD, "như ở trang Chỉ tiêu"),
)

SHEETS = (
    BookSheet("Chương trình", "Tên chương trình, cơ quan ban hành, người ký, nơi nhận.", is_needed=True, columns=MAIN),
    BookSheet(
        "Loại đơn vị", "Các loại đơn vị gửi báo cáo.",
        pairs=("unit_types", "letterheads"),
        columns=(
            SheetColumn("Mã", "", values.WORD, "chữ thường không dấu", True),
            SheetColumn("Tên loại", "unit_types", is_needed=True),
            SheetColumn("Dòng trên tên đơn vị", "letterheads", help="in ở góc trái biểu mẫu"),
        ),
    ),
    BookSheet("Đơn vị", "Mỗi dòng một đơn vị gửi báo cáo.", (Level("units", _UNIT),), is_needed=True,
          example=("XA01", "Bình Minh", "Xã Bình Minh", "cap-xa", "", "01/07/2025")),
    BookSheet("Kỳ", "Các kỳ báo cáo và thời hạn.", (Level("periods", _PERIOD),), is_needed=True,
          example=("quy-1", "Quý I năm {year}", "01/01/2026", "31/03/2026", "15/03/2026", "10/04/2026",
                   "30/04/2026")),
    BookSheet("Kỳ lặp lại", "Mỗi dòng một quy tắc thay cho các kỳ của năm: hằng tháng, quý, 6 tháng, năm.",
          (Level("recurring", _RECURRENCE),),
          example=("thang-{number}", "Tháng {number} năm {year}", "tháng", "5")),
    BookSheet(
        "Báo cáo phải nộp", "Loại đơn vị nào gửi biểu mẫu nào ở kỳ nào.",
        (Level("duties", (
            SheetColumn("Loại đơn vị", "unit_type", values.WORD, is_needed=True, lists="unit_types"),
            SheetColumn("Kỳ", "period", values.WORD, is_needed=True, lists="periods"),
            SheetColumn("Biểu mẫu", "form", values.WORD, is_needed=True, lists="forms"),
            SheetColumn("Đang áp dụng", "enabled", values.FLAG, "bỏ trống là Có", blank=values.YES),
            _SOURCE, _CONFIRM,
        )),),
        also=("Nghĩa vụ",),
    ),
    BookSheet("Chỉ tiêu", "Mỗi dòng một số liệu được hỏi.", (Level("indicators", _INDICATOR),), is_needed=True,
          example=("S01", "Tập huấn", "Số buổi tập huấn", "buổi", "cộng dồn trong kỳ", "cap-xa")),
    BookSheet("Biểu mẫu", "Mỗi dòng một biểu mẫu.", (Level("forms", _FORM_COLUMNS),)),
    BookSheet(
        "Dòng của biểu", "Các mục và chỉ tiêu của mỗi biểu mẫu, theo thứ tự in.",
        (Level("sections", _SECTION), Level("indicators", _ROW)), owner=_FORM,
    ),
    BookSheet(
        "Bảng kê", "Các bảng kê kèm theo biểu mẫu và cột của bảng.",
        (Level("tables", _TABLE), Level("columns", _TABLE_COLUMN)), owner=_FORM,
    ),
    BookSheet(
        "Thuyết minh", "Các nội dung viết bằng lời.",
        (Level("narratives", (
            SheetColumn("Mã", "code", values.WORD, is_needed=True),
            SheetColumn("Nội dung", "label", is_needed=True),
            SheetColumn("Gợi ý", "prompt"),
            SheetColumn("Bắt buộc", "required", values.FLAG),
            SheetColumn("Dài nhất (ký tự)", "max_length", values.NUMBER, blank=5000),
            _PERIODS,
        )),), owner=_FORM,
    ),
    BookSheet(
        "Quy tắc", "Các phép đối chiếu khi đơn vị gửi biểu.",
        (Level("rules", (
            SheetColumn("Mã", "id", values.WORD, is_needed=True),
            SheetColumn(
                "Phép đối chiếu", "check", is_needed=True,
                help="ví dụ S02 <= S01; được nhân hệ số, ví dụ S01 * 2 + S02 * 0,5 >= S03",
            ),
            SheetColumn("Lời nhắc đơn vị", "message", is_needed=True),
            SheetColumn("Mức", "severity", values.SEVERITY, "bỏ trống là lỗi, không nhận", blank="lỗi"),
            SheetColumn("Hiệu lực từ ngày", "valid_from", values.DAY, f"{_BY_DATA}; bỏ trống là mọi kỳ"),
            SheetColumn("Lỗi từ ngày", "refuses_from", values.DAY, f"{_BY_DATA}; trước ngày này chỉ cảnh báo"),
            SheetColumn("Hiệu lực đến ngày", "valid_to", values.DAY, _BY_DATA),
            SheetColumn("Rút từ ngày", "withdrawn", values.DAY,
                        "không đối chiếu ở kỳ chưa khóa vào ngày này; ở kỳ đã khóa chỉ cảnh báo"),
            SheetColumn("Lý do rút", "reason", help="ghi khi rút quy tắc; dòng vẫn giữ lại"),
        )),), owner=_FORM,
    ),
    BookSheet(
        "Thay đổi biểu", "Mỗi phiên bản của biểu mẫu hỏi khác phiên bản trước ở điểm nào; in ở hướng dẫn của biểu.",
        (Level("changes", (
            SheetColumn("Phiên bản", "version", values.NUMBER, is_needed=True),
            SheetColumn("Thêm", "came", values.CODES, "mã chỉ tiêu, bảng kê, thuyết minh",
                        names="indicators"),
            SheetColumn("Bỏ", "gone", values.CODES, "mã chỉ tiêu, bảng kê, thuyết minh",
                        names="indicators"),
            SheetColumn("Sửa", "changed", values.CODES, "mã chỉ tiêu, bảng kê, thuyết minh",
                        names="indicators"),
            SheetColumn("Nội dung khác", "note"),
        )),), owner=_FORM,
    ),
    BookSheet(
        "Mục tiêu", "Mục tiêu của chương trình và điều kiện đạt.",
        (Level("targets", (
            SheetColumn("Mã", "code", values.WORD, is_needed=True),
            SheetColumn("Mục tiêu", "title", is_needed=True),
            SheetColumn("Tính cho", "scope", _SCOPE, is_needed=True),
            SheetColumn("Loại đơn vị", "unit_type", values.WORD, is_needed=True, lists="unit_types"),
            SheetColumn("Các kỳ", "periods", values.CODES, is_needed=True, names="periods"),
            _SOURCE,
            SheetColumn("Chỉ năm nay", "once", values.FLAG),
            _CONFIRM,
        )), Level("conditions", (
            SheetColumn("Chỉ tiêu", "indicator", values.WORD, is_needed=True, lists="indicators"),
            SheetColumn("Ít nhất", "at_least", values.AMOUNT, is_needed=True, names="indicators"),
            SheetColumn("Riêng các đơn vị", "units", values.CODES, names="units"),
        ))),
    ),
    BookSheet(
        "Câu báo cáo", "Đề cương báo cáo tổng hợp: các mục theo thứ tự in và câu có sẵn của mỗi mục.",
        (Level("outlines", (
            SheetColumn("Đề cương của kỳ", "period", values.OUTLINE, "ghi ở dòng đầu của đề cương", True,
                        names="periods"),
            SheetColumn("Khi không phát sinh", "nothing"),
            SheetColumn("Khi chưa có số liệu", "unknown"),
            SheetColumn("In lời của đơn vị", "opinions", values.FLAG, blank=values.YES),
            SheetColumn("Địa chỉ trong mã QR", "qr_address", help="in ở phụ lục cuối; bỏ trống là không in"),
            SheetColumn("Địa chỉ trang điều hành", "console_address", help="số liệu trong bảng tổng hợp dẫn đến đó"),
        )), Level("headings", (
            SheetColumn("Mã mục", "code", values.WORD, is_needed=True),
            SheetColumn("Tên mục", "title", is_needed=True),
            SheetColumn("Cấp", "level", values.NUMBER, blank=1),
            SheetColumn("Câu", "text", values.LONG),
            SheetColumn("Câu khi không phát sinh", "nothing"),
            SheetColumn("Câu khi chưa có số liệu", "unknown"),
            SheetColumn("Thuyết minh liên quan", "narratives", values.CODES),
        ))),
    ),
    BookSheet(
        "Báo cáo nhánh", "Đơn vị cấp trên lập báo cáo riêng về các đơn vị trực thuộc: cơ quan, người ký, nơi nhận.",
        (Level("branches", (
            SheetColumn("Mã đơn vị", "unit", values.WORD, "mã của đơn vị cấp trên", True, "units"),
            SheetColumn("Tên cơ quan (chữ in hoa)", "name", is_needed=True),
            SheetColumn("Tên cơ quan trong câu", "full_name"),
            SheetColumn("Tên viết tắt", "abbreviation", is_needed=True),
            SheetColumn("Cơ quan cấp trên", "parent", help="bỏ trống là cơ quan của chương trình"),
            SheetColumn("Nơi ban hành", "place", help="bỏ trống là nơi ban hành của chương trình"),
            SheetColumn("Đầu mối hỗ trợ", "contact", help="bỏ trống là đầu mối của chương trình"),
            SheetColumn("Điện thoại hỗ trợ", "phone"),
            SheetColumn("Quyền hạn ký", "signer_authority"),
            SheetColumn("Chức vụ người ký", "signer_title", is_needed=True),
            SheetColumn("Chức danh khác của người ký", "signer_office"),
            SheetColumn("Họ tên người ký", "signer_name", help="“(trống)” khi chưa có", is_needed=True),
            SheetColumn("Kính gửi", "addressee", is_needed=True),
            SheetColumn("Nơi nhận", "recipients", values.RECIPIENTS, "“Như trên” báo cáo tự ghi", True),
            _CONFIRM,
        )),),
    ),
    BookSheet(
        "Văn bản", "Các văn bản được viện dẫn.",
        (Level("laws", (
            SheetColumn("Số, ký hiệu", "number", values.WORD, is_needed=True),
            SheetColumn("Loại văn bản", "kind", values.WORD, is_needed=True),
            SheetColumn("Tên", "title", values.WORD, is_needed=True),
            SheetColumn("Về việc", "subject", values.WORD),
            _FROM, _TO,
            SheetColumn("Xác nhận", "certain", values.choose("chắc chắn", "cần xác nhận")),
            SheetColumn("Được thay bằng", "replaced_by", values.BARRED_LINES),
            SheetColumn("Cách viện dẫn khác", "also", values.BARRED_LINES),
            SheetColumn("Ghi chú", "note", values.WORD),
        )),),
    ),
    BookSheet(
        "Sắp xếp đơn vị", "Địa bàn của đơn vị cũ thuộc đơn vị mới nào, từ ngày nào.",
        (Level("successions", (
            SheetColumn("Mã cũ", "old_code", values.WORD, is_needed=True),
            SheetColumn("Tên cũ", "old_name", values.WORD, is_needed=True),
            SheetColumn("Cấp trên cũ", "old_parent", values.WORD),
            SheetColumn("Mã mới", "new_code", values.WORD, is_needed=True),
            SheetColumn("Từ ngày", "on", values.DAY_TEXT, is_needed=True),
        )),),
    ),
)  # fmt: skip
