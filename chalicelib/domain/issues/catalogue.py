"""The catalogue of issues: each code with its Vietnamese message, its cause and its remedy.

Codes are stable and never reused; retired ones stay in `RETIRED`. A message may contain `{found}`,
`{expected}` and details that the raising code supplies. `make_issue` puts the place (sheet, cell, label) before
the message and the remedy after it. `docs/issues.md` is generated from here.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from chalicelib.domain.issues.laws import LegalBasis, cite


class Entry(NamedTuple):
    """One kind of issue: `message` and `remedy` are what the sender reads, `cause` is for the docs.

    `kind` is the heading under which issues of this kind are counted. `needed` is what the cell has to hold; where it
    is empty the message says it. `remedy_with_estimates` takes the place of `remedy` in a form that takes estimates.
    `basis` is what the issue rests on in law.
    """

    severity: str
    message: str
    cause: str
    remedy: str
    kind: str = ""
    needed: str = ""
    remedy_with_estimates: str = ""
    basis: LegalBasis | None = None

    def explain(self, on: date = date.max) -> str:
        """The cause, with the law in force on the day; without a day, the law as it stands."""
        cited = cite(self.basis, on) if self.basis else ""
        return f"{self.cause} Căn cứ: {cited}." if cited else self.cause


RETIRED: frozenset[str] = frozenset()

AREAS = {
    "file": "Tệp",
    "upload": "Việc gửi",
    "form": "Biểu mẫu",
    "row": "Dòng",
    "sheet": "Trang tính",
    "cell": "Ô",
    "mark": "Dấu “Không phát sinh”",
    "table": "Bảng kê",
    "text": "Nội dung chữ",
    "rule": "Quy tắc đối chiếu",
    "total": "Số tổng",
    "programme": "Sổ chương trình",
}
"""What the codes before the point are called."""

_FILE = {
    "file.empty": Entry(
        "error",
        "Tệp rỗng (0 byte).",
        "Tệp không có dữ liệu, thường do sao chép hoặc tải lên bị gián đoạn.",
        "Mở lại biểu mẫu trong Excel, lưu rồi gửi lại.",
    ),
    "file.too_large": Entry(
        "error",
        "Tệp quá lớn ({found}); tối đa {expected}.",
        "Biểu mẫu đã điền thường dưới 1 MB; tệp lớn hơn thường chứa ảnh hoặc định dạng thừa.",
        "Xóa các trang tính không thuộc biểu mẫu, lưu rồi gửi lại; nếu vẫn lớn, chép số liệu sang biểu mẫu mới (chỉ "
        "dán giá trị).",
    ),
    "file.not_opened": Entry(
        "error",
        "Không mở được tệp ({found}).",
        "Tệp đang bị chương trình khác giữ, không có quyền đọc, là liên kết, hoặc ổ đĩa không còn kết nối.",
        "Đóng các chương trình đang mở tệp, kiểm tra quyền đọc và ổ đĩa rồi chạy lại.",
    ),
    "file.not_a_workbook": Entry(
        "error",
        "Tệp không phải là bảng tính Excel (nội dung là {found}).",
        "Phần mở rộng của tệp không đúng với nội dung.",
        "Mở biểu mẫu trong Excel, chọn Lưu thành (Save As) “Excel Workbook (.xlsx)” rồi gửi tệp đó.",
    ),
    "file.password": Entry(
        "error",
        "Tệp được đặt mật khẩu hoặc hạn chế quyền mở, nên hệ thống không đọc được.",
        "Tệp Excel được mã hóa; .xls có khóa cấu trúc bảng tính (Protect Workbook) cũng bị mã hóa.",
        "Trong Excel, chọn Tệp (File) › Thông tin (Info) › Bảo vệ sổ làm việc (Protect Workbook), bỏ mật "
        "khẩu, lưu rồi gửi lại.",
    ),
    "file.macro": Entry(
        "error",
        "Tệp có chứa macro (mã lệnh VBA hoặc trang tính macro); vì an toàn, hệ thống không nhận.",
        "Tệp .xlsm, .xls có VBA, hoặc tệp .xls bị nhiễm vi-rút macro.",
        "Mở tệp trong Excel, chọn Lưu thành (Save As) “Excel Workbook (.xlsx)” (không phải .xlsm) rồi gửi tệp"
        " vừa lưu; nếu đơn vị không tự tạo macro, cần quét vi-rút máy tính.",
    ),
    "file.lock_file": Entry(
        "error",
        "Đây là tệp tạm (bắt đầu bằng “~$” hoặc “.~lock”) do Excel tạo ra khi đang mở biểu mẫu, không phải biểu mẫu.",
        "Tệp tạm chỉ chứa tên người đang mở, không có số liệu.",
        "Đóng Excel rồi gửi tệp biểu mẫu thật, tên không bắt đầu bằng “~$”.",
    ),
    "file.pdf": Entry(
        "error",
        "Tệp là PDF; hệ thống cần tệp Excel để đọc được số liệu.",
        "Biểu mẫu được xuất hoặc quét thành PDF.",
        "Gửi đúng biểu mẫu Excel đã điền (.xlsx).",
    ),
    "file.image": Entry(
        "error",
        "Tệp là ảnh chụp; hệ thống cần tệp Excel để đọc được số liệu.",
        "Biểu mẫu được chụp hoặc quét thành ảnh.",
        "Gửi đúng biểu mẫu Excel đã điền (.xlsx).",
    ),
    "file.word": Entry(
        "error",
        "Tệp là văn bản Word, không phải bảng tính Excel.",
        "Gửi nhầm tệp, hoặc số liệu được điền trong Word.",
        "Gửi đúng biểu mẫu Excel đã điền (.xlsx).",
    ),
    "file.presentation": Entry(
        "error",
        "Tệp là bản trình chiếu (PowerPoint), không phải bảng tính Excel.",
        "Gửi nhầm tệp.",
        "Gửi đúng biểu mẫu Excel đã điền (.xlsx).",
    ),
    "file.mail": Entry(
        "error",
        "Tệp là thư điện tử (Outlook .msg), không phải bảng tính Excel.",
        "Lưu cả bức thư thay vì tệp đính kèm.",
        "Mở thư, lưu tệp Excel đính kèm ra máy rồi gửi tệp đó.",
    ),
    "file.numbers": Entry(
        "error",
        "Tệp là bảng tính Numbers của máy Mac.",
        "Biểu mẫu được mở và lưu bằng Numbers.",
        "Trong Numbers, chọn Tệp › Xuất sang (Export To) › Excel (.xlsx) rồi gửi tệp vừa xuất.",
    ),
    "file.html": Entry(
        "error",
        "Tệp là trang web (HTML) mang đuôi của Excel.",
        "Phần mềm khác xuất bảng dưới dạng trang web và đặt tên .xls.",
        "Mở tệp trong Excel, chọn Lưu thành (Save As) “Excel Workbook (.xlsx)” rồi gửi tệp vừa lưu.",
    ),
    "file.spreadsheet_2003": Entry(
        "error",
        "Tệp là bảng tính XML 2003 (XML Spreadsheet), định dạng cũ mà hệ thống không đọc.",
        "Phần mềm khác xuất ra, hoặc chọn nhầm kiểu khi lưu.",
        "Mở tệp trong Excel, chọn Lưu thành (Save As) “Excel Workbook (.xlsx)” rồi gửi tệp vừa lưu.",
    ),
    "file.flat_opendocument": Entry(
        "error",
        "Tệp là bảng tính OpenDocument dạng một tệp XML (.fods).",
        "Chọn nhầm kiểu khi lưu trong LibreOffice.",
        "Mở tệp trong LibreOffice, lưu thành “Excel 2007-365 (.xlsx)” hoặc .ods rồi gửi lại.",
    ),
    "file.xml": Entry(
        "error",
        "Tệp là XML, không phải bảng tính Excel.",
        "Gửi nhầm tệp, hoặc chọn nhầm kiểu khi lưu.",
        "Mở tệp trong Excel, chọn Lưu thành (Save As) “Excel Workbook (.xlsx)” rồi gửi tệp vừa lưu.",
    ),
    "file.csv": Entry(
        "error",
        "Tệp là bảng dạng văn bản (CSV hoặc tương tự), không phải biểu mẫu Excel.",
        "Lưu dưới dạng CSV làm mất trang tính và định dạng của biểu mẫu.",
        "Điền vào biểu mẫu Excel gốc rồi gửi tệp .xlsx đó.",
    ),
    "file.text": Entry(
        "error",
        "Tệp là văn bản thuần, không phải bảng tính Excel.",
        "Gửi nhầm tệp, hoặc tệp bị đổi đuôi.",
        "Gửi đúng biểu mẫu Excel đã điền (.xlsx).",
    ),
    "file.rtf": Entry(
        "error",
        "Tệp là văn bản RTF, không phải bảng tính Excel.",
        "Gửi nhầm tệp, hoặc số liệu được điền trong trình soạn thảo văn bản.",
        "Gửi đúng biểu mẫu Excel đã điền (.xlsx).",
    ),
    "file.opendocument": Entry(
        "error",
        "Tệp là tài liệu OpenDocument khác (văn bản hoặc trình chiếu), không phải bảng tính.",
        "Gửi nhầm tệp.",
        "Gửi đúng biểu mẫu Excel đã điền (.xlsx).",
    ),
    "file.xlsb": Entry(
        "error",
        "Tệp là bảng tính nhị phân (.xlsb); hệ thống không đọc định dạng này.",
        "Chọn nhầm kiểu khi lưu trong Excel.",
        "Mở tệp trong Excel, chọn Lưu thành (Save As) “Excel Workbook (.xlsx)” rồi gửi tệp vừa lưu.",
    ),
    "file.old_excel": Entry(
        "error",
        "Tệp là bảng tính của Excel 4.0 hoặc cũ hơn; hệ thống không đọc định dạng này.",
        "Phần mềm cũ xuất ra định dạng trước Excel 5.0.",
        "Mở tệp trong Excel, chọn Lưu thành (Save As) “Excel Workbook (.xlsx)” rồi gửi tệp vừa lưu.",
    ),
    "file.program": Entry(
        "error",
        "Tệp là chương trình máy tính, không phải bảng tính Excel.",
        "Gửi nhầm tệp, tệp nén tự bung, hoặc tệp độc hại.",
        "Không mở tệp này; quét vi-rút máy tính rồi gửi đúng biểu mẫu Excel (.xlsx).",
    ),
    "file.packed": Entry(
        "error",
        "Tệp là tệp nén (RAR, 7z hoặc GZIP).",
        "Biểu mẫu được nén trước khi gửi.",
        "Giải nén rồi gửi thẳng tệp Excel, mỗi lần một biểu mẫu.",
    ),
    "file.zip_with_workbook": Entry(
        "error",
        "Tệp là tệp nén ZIP, bên trong có một bảng tính.",
        "Biểu mẫu được nén trước khi gửi.",
        "Giải nén rồi gửi thẳng tệp Excel bên trong.",
    ),
    "file.zip_with_several": Entry(
        "error",
        "Tệp là tệp nén ZIP, bên trong có nhiều bảng tính; hệ thống không chọn thay đơn vị.",
        "Nhiều biểu mẫu được nén chung.",
        "Giải nén rồi gửi từng tệp Excel, mỗi lần một biểu mẫu.",
    ),
    "file.zip_without_workbook": Entry(
        "error",
        "Tệp là tệp nén ZIP, bên trong không có bảng tính nào.",
        "Gửi nhầm tệp nén.",
        "Gửi đúng biểu mẫu Excel đã điền (.xlsx).",
    ),
    "file.zip_password": Entry(
        "error",
        "Tệp nén được đặt mật khẩu (phần “{found}”).",
        "Tệp được nén kèm mật khẩu.",
        "Giải nén, bỏ mật khẩu rồi gửi thẳng tệp Excel.",
    ),
    "file.truncated": Entry(
        "error",
        "Tệp chưa đầy đủ: phần cuối bị thiếu.",
        "Sao chép, tải xuống hoặc tải lên bị gián đoạn.",
        "Kiểm tra tệp mở được trong Excel rồi tải lên lần nữa.",
    ),
    "file.damaged": Entry(
        "error",
        "Tệp bị hỏng: nội dung không khớp với thông tin kiểm tra trong tệp.",
        "Tệp bị lỗi khi sao chép, qua USB hoặc khi lưu.",
        "Mở tệp gốc trong Excel, lưu lại rồi tải lên lần nữa; nếu không mở được, điền lại vào biểu mẫu mới.",
    ),
    "file.unreadable": Entry(
        "error",
        "Hệ thống không đọc được tệp này.",
        "Tệp có cấu tạo mà chương trình đọc chưa lường trước.",
        "Mở tệp trong Excel, lưu lại dưới dạng .xlsx rồi gửi; nếu vẫn không được, báo cho cơ quan tổng hợp kèm tệp.",
    ),
    "file.malformed": Entry(
        "error",
        "Tệp có phần “{found}” viết sai quy cách, không thể đọc chắc chắn.",
        "Tệp do phần mềm khác tạo ra không đúng chuẩn, hoặc bị hỏng.",
        "Mở tệp gốc trong Excel, lưu lại rồi tải lên lần nữa; nếu không mở được, điền lại vào biểu mẫu mới.",
    ),
    "file.dtd": Entry(
        "error",
        "Tệp có phần “{found}” chứa khai báo DTD; bảng tính thông thường không có, và hệ thống không nhận vì an toàn.",
        "Khai báo DTD thường dùng để tấn công hệ thống đọc tệp.",
        "Tải biểu mẫu mới, chép số liệu sang (chỉ dán giá trị) rồi gửi.",
    ),
    "file.compression": Entry(
        "error",
        "Tệp có phần “{found}” nén theo cách mà Excel không dùng.",
        "Bảng tính được nén lại bằng phần mềm nén khác.",
        "Mở tệp gốc trong Excel, lưu lại rồi tải lên lần nữa; nếu không mở được, điền lại vào biểu mẫu mới.",
    ),
    "file.too_many_parts": Entry(
        "error",
        "Tệp có quá nhiều thành phần bên trong (tối đa {expected}).",
        "Tệp chứa rất nhiều ảnh, đối tượng, hoặc không phải bảng tính thông thường.",
        "Tải biểu mẫu mới, chép số liệu sang (chỉ dán giá trị) rồi gửi.",
    ),
    "file.unpacks_too_large": Entry(
        "error",
        "Nội dung tệp sau khi giải nén vượt quá {expected} (thành phần “{found}”).",
        "Định dạng hoặc ảnh thừa rất nhiều, hoặc tệp được tạo để làm nghẽn hệ thống.",
        "Tải biểu mẫu mới, chép số liệu sang (chỉ dán giá trị) rồi gửi.",
    ),
    "file.overlapping_parts": Entry(
        "error",
        "Tệp có các thành phần chồng lên nhau (“{found}”).",
        "Tệp hỏng, hoặc được tạo để làm nghẽn hệ thống.",
        "Tải biểu mẫu mới, chép số liệu sang (chỉ dán giá trị) rồi gửi.",
    ),
    "file.duplicate_part": Entry(
        "error",
        "Tệp có hai thành phần cùng tên “{found}”; không rõ thành phần nào là đúng.",
        "Tệp do phần mềm khác ghép lại không đúng cách.",
        "Mở tệp gốc trong Excel, lưu lại rồi tải lên lần nữa; nếu không mở được, điền lại vào biểu mẫu mới.",
    ),
    "file.unsafe_name": Entry(
        "error",
        "Tệp có thành phần với đường dẫn không hợp lệ (“{found}”).",
        "Đường dẫn trỏ ra ngoài tệp; bảng tính thông thường không có.",
        "Tải biểu mẫu mới, chép số liệu sang (chỉ dán giá trị) rồi gửi.",
    ),
    "file.link_part": Entry(
        "error",
        "Tệp có thành phần “{found}” là liên kết tới tệp khác trên máy.",
        "Bảng tính thông thường không có liên kết loại này.",
        "Tải biểu mẫu mới, chép số liệu sang (chỉ dán giá trị) rồi gửi.",
    ),
    "file.no_workbook": Entry(
        "error",
        "Tệp thiếu phần chính của bảng tính.",
        "Tệp bị hỏng hoặc do phần mềm khác tạo ra không đủ.",
        "Mở tệp gốc trong Excel, lưu lại rồi tải lên lần nữa; nếu không mở được, điền lại vào biểu mẫu mới.",
    ),
    "file.no_sheets": Entry(
        "error",
        "Bảng tính không có trang tính nào chứa ô.",
        "Tệp bị hỏng, hoặc chỉ có biểu đồ.",
        "Mở tệp gốc trong Excel, lưu lại rồi tải lên lần nữa; nếu không mở được, điền lại vào biểu mẫu mới.",
    ),
    "file.sheet_missing": Entry(
        "error",
        "nội dung của trang tính không có trong tệp.",
        "Tệp bị hỏng hoặc bị sửa bằng phần mềm khác.",
        "Mở tệp gốc trong Excel, lưu lại rồi tải lên lần nữa; nếu không mở được, điền lại vào biểu mẫu mới.",
    ),
    "file.sheet_shared": Entry(
        "error",
        "trang tính dùng chung nội dung với một trang tính khác trong tệp.",
        "Tệp bị sửa bằng phần mềm khác; không rõ số liệu là của trang tính nào.",
        "Mở tệp gốc trong Excel, lưu lại rồi tải lên lần nữa; nếu không mở được, điền lại vào biểu mẫu mới.",
    ),
    "file.too_many_sheets": Entry(
        "error",
        "Bảng tính có quá nhiều trang tính (tối đa {expected}).",
        "Gộp quá nhiều bảng vào một tệp.",
        "Chỉ giữ lại các trang tính của biểu mẫu, lưu rồi gửi lại.",
    ),
    "file.too_many_cells": Entry(
        "error",
        "Bảng tính có quá nhiều ô có nội dung (tối đa {expected}).",
        "Tệp chứa dữ liệu ngoài biểu mẫu.",
        "Xóa các trang tính không thuộc biểu mẫu, lưu rồi gửi lại; hoặc chép số liệu sang biểu mẫu mới (chỉ dán giá "
        "trị).",
    ),
    "file.too_much_text": Entry(
        "error",
        "Bảng tính có quá nhiều chữ (tối đa {expected} ký tự).",
        "Tệp chứa nội dung ngoài biểu mẫu.",
        "Xóa các trang tính không thuộc biểu mẫu, lưu rồi gửi lại; hoặc chép số liệu sang biểu mẫu mới (chỉ dán giá "
        "trị).",
    ),
    "file.too_many_merged": Entry(
        "error",
        "Bảng tính có quá nhiều vùng ô gộp (tối đa {expected}).",
        "Định dạng bị nhân lên khi sao chép.",
        "Tải biểu mẫu mới, chép số liệu sang (chỉ dán giá trị) rồi gửi.",
    ),
    "file.too_complex": Entry(
        "error",
        "Thành phần “{found}” của tệp có cấu tạo quá phức tạp (quá nhiều thẻ, định dạng hoặc đoạn chữ).",
        "Tệp chứa nội dung hoặc định dạng ngoài biểu mẫu, hoặc được tạo để làm nghẽn hệ thống.",
        "Tải biểu mẫu mới, chép số liệu sang (chỉ dán giá trị) rồi gửi.",
    ),
    "file.blank_cells": Entry(
        "error",
        "Trang tính “{found}” có quá nhiều ô trống được định dạng.",
        "Định dạng được kéo xuống hàng triệu ô trống.",
        "Tải biểu mẫu mới, chép số liệu sang (chỉ dán giá trị) rồi gửi.",
    ),
    "file.long_tag": Entry(
        "error",
        "Thành phần “{found}” của tệp có một thẻ dài bất thường (quá nhiều thuộc tính, hoặc một thuộc tính, một chú "
        "thích quá dài).",
        "Bảng tính thông thường không có; tệp bị hỏng, hoặc được tạo để làm nghẽn hệ thống.",
        "Tải biểu mẫu mới, chép số liệu sang (chỉ dán giá trị) rồi gửi.",
    ),
    "file.bad_reference": Entry(
        "error",
        "Địa chỉ ô hoặc vùng “{found}” không hợp lệ.",
        "Tệp do phần mềm khác tạo ra không đúng chuẩn.",
        "Mở tệp gốc trong Excel, lưu lại rồi tải lên lần nữa; nếu không mở được, điền lại vào biểu mẫu mới.",
    ),
    "file.duplicate_cell": Entry(
        "error",
        "Ô có hai nội dung khác nhau trong tệp ({found}).",
        "Tệp do phần mềm khác tạo ra không đúng chuẩn.",
        "Mở tệp gốc trong Excel, lưu lại rồi tải lên lần nữa; nếu không mở được, điền lại vào biểu mẫu mới.",
    ),
    "file.bad_shared_text": Entry(
        "error",
        "Ô trỏ tới một đoạn chữ không có trong tệp (“{found}”).",
        "Tệp bị hỏng hoặc thiếu bảng chữ dùng chung.",
        "Mở tệp gốc trong Excel, lưu lại rồi tải lên lần nữa; nếu không mở được, điền lại vào biểu mẫu mới.",
    ),
    "file.bad_cell": Entry(
        "error",
        "Ô có kiểu nội dung không hợp lệ (“{found}”).",
        "Tệp do phần mềm khác tạo ra không đúng chuẩn.",
        "Mở tệp gốc trong Excel, lưu lại rồi tải lên lần nữa; nếu không mở được, điền lại vào biểu mẫu mới.",
    ),
    "file.text_too_long": Entry(
        "error",
        "Ô có nội dung dài hơn {expected} ký tự, vượt giới hạn của Excel.",
        "Dán nhầm một văn bản dài vào ô.",
        "Rút gọn nội dung của ô, lưu rồi gửi lại.",
    ),
    "file.external_links": Entry(
        "warning",
        "Bảng tính có liên kết tới tệp khác; hệ thống chỉ lấy giá trị đã lưu, không mở liên kết.",
        "Công thức lấy số liệu từ tệp khác trên máy của đơn vị.",
        "Kiểm tra các số liệu lấy từ tệp khác đã đúng; nên dán thành giá trị.",
    ),
    "file.connections": Entry(
        "warning",
        "Bảng tính có kết nối tới nguồn dữ liệu bên ngoài; hệ thống không mở kết nối.",
        "Truy vấn web, cơ sở dữ liệu hoặc Power Query.",
        "Kiểm tra số liệu đã lưu là số liệu cần báo cáo; nên dán thành giá trị.",
    ),
    "file.embedded_objects": Entry(
        "warning",
        "Bảng tính có đối tượng nhúng; hệ thống không đọc nội dung của chúng.",
        "Tệp khác hoặc điều khiển được chèn vào trang tính.",
        "Nếu số liệu nằm trong đối tượng nhúng, điền vào ô của biểu mẫu.",
    ),
    "file.fetching_formulas": Entry(
        "warning",
        "Bảng tính có công thức lấy dữ liệu từ chương trình hoặc máy khác (DDE, WEBSERVICE); hệ thống chỉ lấy "
        "giá trị đã lưu.",
        "Công thức loại này không thuộc biểu mẫu.",
        "Thay công thức bằng giá trị.",
    ),
    "file.recalculates": Entry(
        "warning",
        "Bảng tính yêu cầu tính lại khi mở; giá trị đã lưu của công thức có thể chưa phải là giá trị cuối.",
        "Phần mềm khác ghi công thức mà không tính.",
        "Mở tệp trong Excel, lưu lại rồi gửi.",
    ),
    "file.no_styles": Entry(
        "warning",
        "Bảng tính thiếu phần định dạng; ngày tháng được đọc như số.",
        "Tệp do phần mềm khác tạo ra không đủ.",
        "Mở tệp trong Excel, lưu lại rồi gửi.",
    ),
}

_FORM = {
    "form.unmarked": Entry(
        "error",
        "Không nhận ra đây là biểu mẫu nào: tệp không còn dấu nhận biết của biểu.",
        "Số liệu được chép sang tệp khác, hoặc tệp không phải biểu mẫu của chương trình.",
        "Tải biểu mẫu trống từ trang nộp của đơn vị, điền số liệu rồi gửi lại.",
    ),
    "form.mixed": Entry(
        "error",
        "Trong tệp có dấu nhận biết của nhiều biểu khác nhau: {found}.",
        "Trang tính của biểu khác, kỳ khác hoặc đơn vị khác được chép vào tệp.",
        "Chỉ giữ các trang tính của đúng biểu cần gửi rồi gửi lại.",
    ),
    "form.other_programme": Entry(
        "error",
        "Biểu mẫu thuộc chương trình “{found}”, không phải “{expected}”.",
        "Dùng lại biểu mẫu của chương trình hoặc của năm khác.",
        "Tải biểu mẫu của chương trình hiện hành từ trang nộp của đơn vị.",
    ),
    "form.unknown": Entry(
        "error",
        "Chương trình không có biểu mẫu mang mã “{found}” (các biểu hiện có: {expected}).",
        "Mã biểu trong tệp đã bị sửa, hoặc biểu đã thôi sử dụng.",
        "Tải lại biểu mẫu từ trang nộp của đơn vị.",
    ),
    "form.other_form": Entry(
        "error",
        "Đây là biểu “{found}”; đang cần biểu “{expected}”.",
        "Gửi nhầm biểu vào ô nộp của biểu khác.",
        "Gửi tệp này vào đúng biểu của nó, hoặc chọn lại tệp.",
    ),
    "form.older_version": Entry(
        "error",
        "Biểu mẫu là phiên bản {found}, đã được thay bằng phiên bản {expected}.",
        "Dùng biểu mẫu tải từ trước khi cơ quan tổng hợp sửa biểu.",
        "Tải biểu mẫu phiên bản mới từ trang nộp, chép số liệu sang rồi gửi lại.",
    ),
    "form.version_ended": Entry(
        "error",
        "Biểu mẫu là phiên bản {found}, chỉ được nhận đến hết ngày {expected}.",
        "Dùng biểu mẫu tải từ trước khi cơ quan tổng hợp sửa biểu, gửi sau thời hạn nhận phiên bản cũ.",
        "Tải biểu mẫu phiên bản mới từ trang nộp, chép số liệu sang rồi gửi lại.",
    ),
    "form.newer_version": Entry(
        "error",
        "Biểu mẫu ghi phiên bản {found}, trong khi phiên bản hiện hành là {expected}.",
        "Số phiên bản trong tệp đã bị sửa, hoặc cơ quan tổng hợp đã quay về phiên bản trước.",
        "Tải lại biểu mẫu từ trang nộp của đơn vị.",
    ),
    "form.unknown_unit": Entry(
        "error",
        "Không có đơn vị mang mã “{found}” trong kỳ báo cáo này.",
        "Mã đơn vị trong tệp đã bị sửa, hoặc đơn vị đã sáp nhập, giải thể.",
        "Tải lại biểu mẫu từ trang nộp của đơn vị; nếu đơn vị vừa thay đổi, liên hệ cơ quan tổng hợp.",
    ),
    "form.other_unit": Entry(
        "error",
        "Biểu mẫu này của {found}, còn đường dẫn nộp là của {expected}.",
        "Dùng biểu mẫu hoặc đường dẫn của đơn vị khác.",
        "Mỗi đơn vị dùng biểu mẫu tải từ chính trang nộp của mình.",
    ),
    "form.unknown_period": Entry(
        "error",
        "Không có kỳ báo cáo “{found}” (các kỳ hiện có: {expected}).",
        "Mã kỳ trong tệp đã bị sửa.",
        "Tải lại biểu mẫu từ trang nộp của đơn vị.",
    ),
    "form.other_period": Entry(
        "error",
        "Biểu mẫu của kỳ “{found}”; đang cần kỳ “{expected}”.",
        "Gửi lại tệp của kỳ trước, hoặc chọn nhầm kỳ.",
        "Tải biểu mẫu của kỳ đang báo cáo từ trang nộp của đơn vị.",
    ),
    "form.not_owed": Entry(
        "error",
        "Biểu “{found}” không thuộc các báo cáo mà {expected} phải nộp trong kỳ này.",
        "Biểu dành cho loại đơn vị khác.",
        "Kiểm tra lại biểu cần gửi trên trang nộp; nếu cần gửi thêm, liên hệ cơ quan tổng hợp.",
    ),
    "form.mangled": Entry(
        "error",
        "Biểu mẫu đã bị thay đổi đến mức không đọc được: chỉ còn nhận ra {found}.",
        "Cột mã hoặc nhiều dòng đã bị xóa, hoặc số liệu nằm ở biểu tự kẻ.",
        "Tải biểu mẫu trống, chép số liệu vào cột “Số liệu” rồi gửi lại.",
    ),
    "form.row_missing": Entry(
        "error",
        "Không còn dòng có mã {code_missing} (“{label}”).",
        "Dòng đã bị xóa, hoặc mã ở cột đầu đã bị sửa.",
        "Điền lại dòng này trong bản đánh dấu (biểu mẫu mới, có sẵn số liệu khác của đơn vị), hoặc tải lại biểu mẫu và "
        "chép số liệu sang.",
        kind="Thiếu dòng của biểu",
    ),
    "form.code_twice": Entry(
        "error",
        "Chỉ tiêu này có hai số liệu khác nhau: ô này và {expected} (“{found}”).",
        "Trang tính hoặc dòng đã được sao chép rồi sửa khác đi.",
        "Ghi số liệu đúng như nhau vào cả hai ô; nếu cả trang tính là bản chép thừa, xóa trang tính đó.",
        kind="Chỉ tiêu có hai số liệu khác nhau",
    ),
    "form.matched_by_label": Entry(
        "warning",
        "Không còn mã dòng; đã đối chiếu theo tên chỉ tiêu in trên biểu ({found}).",
        "Cột mã hoặc dòng đánh dấu của biểu đã bị xóa.",
        "Đề nghị kiểm tra lại số liệu đã đọc; kỳ sau dùng biểu mẫu tải từ trang nộp.",
        kind="Đọc theo tên chỉ tiêu",
    ),
    "form.row_not_asked": Entry(
        "warning",
        "Số liệu “{found}” ở chỉ tiêu mà đơn vị không phải báo cáo; không được sử dụng.",
        "Chỉ tiêu dành cho loại đơn vị khác, hoặc đã hết hiệu lực.",
        "Nếu cần báo cáo chỉ tiêu này, liên hệ cơ quan tổng hợp.",
        kind="Chỉ tiêu không phải báo cáo",
    ),
    "form.label_differs": Entry(
        "error",
        "Tên chỉ tiêu in cạnh mã {code_beside} là “{found}”, trong khi mã này là của “{expected}”.",
        "Các dòng đã được sắp xếp hoặc chuyển chỗ mà không kèm cột mã (lỗi), hoặc tên chỉ tiêu đã được sửa (cảnh báo).",
        "Tải biểu mẫu mới, ghi số liệu vào đúng dòng của chỉ tiêu rồi gửi; không sửa tên chỉ tiêu in trên biểu.",
        kind="Tên chỉ tiêu không khớp mã",
        needed="{expected}",
    ),
    "form.unit_differs": Entry(
        "error",
        "Đơn vị tính in cạnh mã {code_beside} đã bị đổi thành “{found}”; biểu quy định là “{expected}”.",
        "Đơn vị tính được sửa trên biểu, nên không rõ số liệu của dòng tính theo đơn vị nào.",
        "Tải biểu mẫu mới, ghi số liệu theo đơn vị tính in trên biểu rồi gửi.",
        kind="Đơn vị tính bị sửa",
        needed="{expected}",
    ),
    "table.unit_differs": Entry(
        "error",
        "Tiêu đề cột in là “{found}”; biểu quy định đơn vị tính của cột là “{expected}”.",
        "Đơn vị tính được sửa trên biểu, hoặc biểu là phiên bản cũ hỏi theo đơn vị tính khác.",
        "Tải biểu mẫu mới, ghi số liệu theo đơn vị tính in trên biểu rồi gửi.",
        kind="Đơn vị tính của cột bị sửa",
        needed="{expected}",
    ),
    "row.unused": Entry(
        "warning",
        "Số liệu “{found}” ở dòng {row} không được sử dụng: {reason}.",
        "Dòng, cột hoặc ghi chép do đơn vị thêm vào biểu; hệ thống chỉ đọc các ô của biểu.",
        "Nếu số liệu này cần báo cáo, ghi vào ô của chỉ tiêu tương ứng; nếu không, không cần sửa.",
        kind="Số liệu không được sử dụng",
    ),
    "form.more_issues": Entry(
        "warning",
        "Còn {found} lỗi, cảnh báo khác chưa liệt kê.",
        "Tệp có rất nhiều lỗi.",
        "Sửa các lỗi đã nêu rồi gửi lại để xem tiếp.",
        kind="Chưa liệt kê",
    ),
    "sheet.hidden": Entry(
        "warning",
        "Số liệu nằm trong trang tính đang ẩn.",
        "Trang tính của biểu đã bị ẩn.",
        "Bỏ ẩn trang tính, kiểm tra lại số liệu.",
        kind="Trang tính đang ẩn",
        needed="trang tính không ẩn",
    ),
}

_CELL = {
    "cell.missing": Entry(
        "error",
        "Ô còn trống.",
        "Ô trống là chưa có số liệu, không phải số 0.",
        "Điền số liệu; nếu không phát sinh, ghi 0.",
        kind="Ô còn trống",
        needed="số liệu; không phát sinh thì ghi 0",
    ),
    "cell.not_asked": Entry(
        "warning",
        "Dòng này chỉ ghi khi {expected}, nhưng ô ghi {found}.",
        "Dòng có điều kiện: câu trả lời ở dòng khác của biểu cho thấy dòng này không phải ghi.",
        "Xóa số liệu ở ô này hoặc sửa câu trả lời ở dòng kia; nếu đúng, ghi lý do ở phần giải trình.",
        kind="Ghi ở dòng không phải ghi",
        needed="ô trống, trừ khi {expected}",
    ),
    "cell.implausible": Entry(
        "warning",
        "Ô ghi {found}, ngoài khoảng hợp lý của dòng này ({expected}).",
        "Chương trình đặt khoảng hợp lý cho dòng này theo loại đơn vị. Số ngoài khoảng thường do thừa, thiếu chữ số "
        "hoặc nhầm đơn vị tính.",
        "Xem lại con số và đơn vị tính, sửa nếu sai; nếu đúng, ghi lý do ở phần giải trình.",
        kind="Số ngoài khoảng hợp lý",
        needed="{expected}",
    ),
    "cell.error_value": Entry(
        "error",
        "Ô đang báo lỗi {found} của Excel.",
        "Công thức trong ô bị hỏng.",
        "Sửa công thức, hoặc ghi thẳng con số.",
        kind="Công thức báo lỗi",
        needed="giá trị đúng, không phải thông báo lỗi của Excel",
    ),
    "cell.uncalculated": Entry(
        "error",
        "Ô có công thức nhưng chưa có kết quả.",
        "Tệp được lưu bằng phần mềm không tính công thức.",
        "Mở tệp bằng Excel, chờ tính xong, lưu rồi gửi lại; hoặc ghi thẳng con số.",
        kind="Công thức chưa có kết quả",
        needed="kết quả của công thức, hoặc con số",
    ),
    "cell.not_a_number": Entry(
        "error",
        "Không đọc được “{found}” thành số; cần {expected}.",
        "Ô số liệu chứa chữ.",
        "Ghi một con số, không kèm chữ; nếu không phát sinh, ghi 0.",
        kind="Không phải con số",
        needed="{expected}",
    ),
    "cell.number_damaged": Entry(
        "error",
        "Giá trị “{found}” trong ô không phải là một con số hợp lệ.",
        "Tệp bị phần mềm khác ghi sai.",
        "Gõ lại con số vào ô, lưu rồi gửi lại.",
        kind="Con số không hợp lệ",
        needed="một con số hợp lệ",
    ),
    "cell.number_too_large": Entry(
        "error",
        "Số “{found}” quá lớn; cần {expected}.",
        "Gõ thừa chữ số, hoặc dán nhầm.",
        "Kiểm tra và ghi lại.",
        kind="Số quá lớn",
        needed="{expected}",
    ),
    "cell.not_whole": Entry(
        "error",
        "“{found}” không phải số nguyên.",
        "Số đếm bị gõ có phần thập phân, hoặc 1.234 bị máy hiểu là 1,234.",
        "Ghi lại số nguyên, không dùng dấu chấm hoặc dấu phẩy.",
        kind="Không phải số nguyên",
        needed="số nguyên",
    ),
    "cell.too_precise": Entry(
        "error",
        "“{found}” có quá nhiều chữ số sau dấu phẩy; cần {expected}.",
        "Biểu hỏi theo đơn vị lớn hơn đơn vị lưu số liệu; số này còn phần lẻ nhỏ hơn một đơn vị lưu.",
        "Ghi lại con số với số chữ số sau dấu phẩy như đã nêu.",
        kind="Quá nhiều chữ số sau dấu phẩy",
        needed="{expected}",
    ),
    "cell.ambiguous": Entry(
        "error",
        "“{found}” có thể hiểu theo hai cách; cần {expected}.",
        "Dấu chấm và dấu phẩy không theo cách viết số của Việt Nam.",
        "Ghi lại con số, không để hiểu hai cách.",
        kind="Số có thể hiểu hai cách",
        needed="{expected}",
    ),
    "cell.placeholder": Entry(
        "error",
        "“{found}” không cho biết số liệu; cần {expected}.",
        "Ký hiệu thay cho số liệu.",
        "Nếu không phát sinh, ghi 0; nếu chưa có số liệu, trao đổi với cơ quan tổng hợp trước khi gửi.",
        kind="Ký hiệu thay cho số liệu",
        needed="{expected}",
    ),
    "cell.approximate": Entry(
        "error",
        "“{found}” là số ước chừng, không phải số chính xác.",
        "Số liệu thống kê phải là số chính xác.",
        "Ghi con số chính xác.",
        kind="Số ước chừng",
        needed="{expected}",
        remedy_with_estimates="Ghi con số chính xác; nếu là số ước, ghi con số rồi đánh dấu x ở cột “Ước”.",
    ),
    "cell.scientific": Entry(
        "error",
        "“{found}” là cách viết rút gọn của Excel, không còn đủ chữ số; cần {expected}.",
        "Con số được chép từ ô quá hẹp hoặc định dạng Khoa học (Scientific), rồi dán thành chữ.",
        "Xem lại con số gốc, gõ đủ các chữ số.",
        kind="Số viết rút gọn",
        needed="{expected}",
    ),
    "cell.cut_off": Entry(
        "error",
        "“{found}” còn bỏ dở; cần {expected}.",
        "Con số gõ chưa xong, hoặc chép từ ô hiện dấu # vì cột quá hẹp.",
        "Ghi đủ con số, bỏ dấu ba chấm hoặc dấu #.",
        kind="Số còn bỏ dở",
        needed="{expected}",
    ),
    "cell.letter_in_number": Entry(
        "error",
        "“{found}” có chữ cái lẫn trong con số; cần {expected}.",
        "Gõ nhầm chữ O thay cho số 0, chữ l hoặc I thay cho số 1.",
        "Xóa ô và gõ lại con số bằng các phím số.",
        kind="Chữ cái lẫn trong số",
        needed="{expected}",
    ),
    "cell.words_differ": Entry(
        "error",
        "Trong “{found}”, số và chữ không bằng nhau; cần {expected}.",
        "Sửa con số mà chưa sửa phần viết bằng chữ, hoặc ngược lại.",
        "Ghi lại con số đúng; không cần viết bằng chữ.",
        kind="Số và chữ không bằng nhau",
        needed="{expected}",
    ),
    "cell.shown_otherwise": Entry(
        "error",
        "Ô hiện “{found}”, nhưng giá trị lưu trong ô là một số khác; cần {expected}.",
        "Định dạng số của ô thêm chữ “triệu”, “tỷ” hoặc thu gọn số; công thức vẫn tính theo giá trị đã lưu.",
        "Ghi lại đủ con số kèm đơn vị tính in trên biểu, ví dụ: 35.000.000 đồng.",
        kind="Số hiện ra khác số lưu trong ô",
        needed="{expected}",
    ),
    "cell.maybe_date": Entry(
        "warning",
        "Ô ghi {found}; Excel lưu ngày {expected} cũng bằng đúng số này.",
        "Gõ 12/5 vào ô số thì Excel đổi thành ngày, và chỉ còn hiện con số của ngày đó.",
        "Nếu đã gõ dạng 12/5, ghi lại con số cần báo cáo; nếu đúng là số liệu thì không cần sửa.",
        kind="Con số có thể là ngày tháng",
        needed="con số cần báo cáo, không phải ngày {expected}",
    ),
    "cell.two_figures": Entry(
        "error",
        "“{found}” có nhiều hơn một con số; cần {expected}.",
        "Hai số liệu ghi chung một ô.",
        "Ghi một con số; số còn lại ghi ở dòng của chỉ tiêu tương ứng, nếu có.",
        kind="Nhiều con số trong một ô",
        needed="{expected}",
    ),
    "cell.other_unit": Entry(
        "error",
        "“{found}” kèm chữ không phải là đơn vị tính in trên biểu; cần {expected}.",
        "Số liệu tính theo đơn vị khác, hoặc đơn vị tính được viết tắt hay kèm chữ khác.",
        "Ghi con số tính theo đơn vị in trên biểu, không kèm chữ khác.",
        kind="Khác đơn vị tính",
        needed="{expected}",
    ),
    "cell.negative": Entry(
        "error",
        "“{found}” là số âm; cần {expected}.",
        "Số đếm, số tiền không thể âm.",
        "Kiểm tra và ghi lại.",
        kind="Số âm",
        needed="{expected}",
    ),
    "cell.date_for_number": Entry(
        "error",
        "Ô đang là ngày tháng ({found}); cần {expected}.",
        "Excel đã tự đổi con số thành ngày tháng.",
        "Ghi lại con số kèm đơn vị tính in trên biểu, ví dụ: 12 vụ.",
        kind="Ngày tháng ở ô số liệu",
        needed="{expected}",
    ),
    "cell.not_a_date": Entry(
        "error",
        "Không đọc được “{found}” thành ngày; cần {expected}.",
        "Ngày không có thật hoặc viết không đúng dạng.",
        "Ghi lại ngày theo dạng ngày/tháng/năm.",
        kind="Không phải ngày",
        needed="{expected}",
    ),
    "cell.date_year_only": Entry(
        "error",
        "“{found}” mới chỉ là năm; cần {expected}.",
        "Ô ngày chỉ ghi năm; Excel hiểu con số đó là một ngày của năm 1905.",
        "Ghi đủ ngày/tháng/năm, ví dụ 05/02/2022.",
        kind="Ngày chỉ ghi năm",
        needed="{expected}",
    ),
    "cell.date_ambiguous": Entry(
        "error",
        "Ngày “{found}” chưa rõ năm; cần {expected}.",
        "Năm chỉ có hai chữ số.",
        "Ghi đủ ngày/tháng/năm, ví dụ 05/02/2022.",
        kind="Ngày chưa rõ năm",
        needed="{expected}",
    ),
    "cell.date_swapped": Entry(
        "error",
        "Ngày {found} nằm ngoài thời gian của kỳ; có thể ngày và tháng bị đảo: {expected}.",
        "Máy tính đặt kiểu ngày của Mỹ (tháng trước, ngày sau).",
        "Kiểm tra và gõ lại ngày.",
        kind="Ngày và tháng có thể bị đảo",
        needed="ngày thuộc kỳ, có thể là {expected}",
    ),
    "cell.date_outside": Entry(
        "error",
        "Ngày {found} nằm ngoài thời gian của kỳ ({expected}).",
        "Gõ nhầm năm, hoặc chép từ kỳ khác. Ngày lệch không quá một năm chỉ là cảnh báo, trừ cột bắt buộc đúng kỳ.",
        "Kiểm tra lại ngày; nếu sai, gõ lại.",
        kind="Ngày ngoài thời gian của kỳ",
        needed="ngày {expected}",
    ),
    "cell.not_a_choice": Entry(
        "error",
        "“{found}” không có trong danh sách; cần một trong: {expected}.",
        "Ô chỉ nhận các giá trị của danh sách.",
        "Chọn lại trong danh sách của ô.",
        kind="Không có trong danh sách",
        needed="một trong: {expected}",
    ),
    "cell.not_a_flag": Entry(
        "error",
        "“{found}” không rõ là có hay không; cần {expected}.",
        "Ô chỉ nhận Có hoặc Không.",
        "Chọn Có hoặc Không.",
        kind="Không rõ có hay không",
        needed="{expected}",
    ),
    "cell.estimate_mark": Entry(
        "warning",
        "Cột “Ước” ghi “{found}”; chỉ nhận {expected}. Số liệu được coi là số chính thức.",
        "Dấu hiệu ở cột “Ước” không đọc được.",
        "Nếu là số ước, ghi x ở cột “Ước”.",
        kind="Dấu ở cột “Ước” không đọc được",
        needed="{expected}",
    ),
    "cell.merged": Entry(
        "error",
        "Ô số liệu bị gộp với ô khác nên không rõ số liệu của dòng nào.",
        "Các ô đã bị gộp (Merge Cells).",
        "Tải biểu mẫu mới, ghi lại số liệu vào từng ô rồi gửi.",
        kind="Ô bị gộp",
        needed="ô không gộp, mỗi dòng một số liệu",
    ),
}

_MARK = {
    "mark.unclear": Entry(
        "error",
        "Ô “Không phát sinh” ghi “{found}”; chỉ nhận {expected}.",
        "Ô dành cho dấu xác nhận cả mục không phát sinh lại ghi nội dung khác.",
        "Nếu cả mục không phát sinh, ghi x; nếu không, xóa nội dung ô này và ghi số liệu vào từng ô của mục.",
        kind="Dấu “Không phát sinh” không đọc được",
        needed="{expected}",
    ),
    "mark.contradicted": Entry(
        "error",
        "Mục được đánh dấu không phát sinh nhưng vẫn có số liệu: {found}.",
        "Dấu “Không phát sinh” xác nhận mọi số liệu bắt buộc của mục bằng 0 và bảng kê của mục không có dòng nào.",
        "Nếu mục có phát sinh, xóa dấu x và ghi đủ số liệu; nếu không, xóa nội dung các ô đó.",
        kind="Đánh dấu “Không phát sinh” nhưng có số liệu",
        needed="ô trống, hoặc không có số liệu trong mục",
    ),
}

_TABLE = {
    "table.missing": Entry(
        "error",
        "Không tìm thấy bảng “{title}”.",
        "Trang tính của bảng đã bị xóa, hoặc dòng tiêu đề của bảng đã bị sửa.",
        "Kê lại bảng trong bản đánh dấu (biểu mẫu mới, có sẵn số liệu khác của đơn vị), hoặc tải lại biểu mẫu và chép "
        "số liệu sang.",
        kind="Thiếu bảng",
        needed="bảng “{title}”",
    ),
    "table.too_many_rows": Entry(
        "error",
        "Bảng “{title}” có {found} dòng, nhiều hơn {expected} dòng mà một báo cáo được kê.",
        "Dữ liệu của nhiều đơn vị hoặc của bảng khác đã được dán vào bảng.",
        "Chỉ giữ các dòng của đơn vị mình, xóa nội dung các dòng còn lại; nếu thật sự cần kê nhiều hơn, liên hệ cơ "
        "quan tổng hợp.",
        kind="Bảng quá dài",
        needed="không quá {expected} dòng",
    ),
    "table.twice": Entry(
        "error",
        "Bảng “{title}” có nhiều bản khác nhau, ở các trang tính {found}.",
        "Trang tính đã được sao chép rồi sửa khác đi.",
        "Xóa trang tính không dùng, chỉ giữ một bản của bảng.",
        kind="Bảng có nhiều bản",
        needed="một bản duy nhất của bảng “{title}”",
    ),
    "table.column_missing": Entry(
        "error",
        "Bảng thiếu cột “{column}”.",
        "Cột đã bị xóa, hoặc dòng tiêu đề của bảng đã bị sửa.",
        "Điền lại cột này trong bản đánh dấu (biểu mẫu mới, có sẵn số liệu khác của đơn vị), hoặc tải lại biểu mẫu và "
        "chép số liệu sang.",
        kind="Thiếu cột của bảng",
        needed="cột “{column}”",
    ),
    "table.cell_missing": Entry(
        "error",
        "Ô bắt buộc của bảng còn trống.",
        "Dòng của bảng chưa điền đủ các cột có dấu *.",
        "Điền ô này; nếu không dùng dòng này, xóa nội dung các ô của dòng (dòng trống được bỏ qua).",
        kind="Ô bắt buộc của bảng còn trống",
        needed="nội dung của cột bắt buộc",
    ),
    "table.nothing_above": Entry(
        "error",
        "“{found}” nghĩa là như ô phía trên, nhưng ô phía trên không có nội dung.",
        "Dấu “nt”, “như trên” ở dòng đầu của bảng hoặc dưới một ô trống.",
        "Ghi rõ nội dung vào ô này.",
        kind="Không có nội dung ở ô phía trên",
        needed="nội dung ghi rõ",
    ),
    "table.row_twice": Entry(
        "warning",
        "Dòng {row} ghi giống hệt dòng {first}; cả hai đều được tính.",
        "Dòng đã được dán hoặc kê hai lần.",
        "Nếu kê trùng, xóa nội dung các ô của dòng thừa (dòng trống được bỏ qua) rồi gửi lại.",
        kind="Dòng ghi hai lần",
    ),
    "table.signature": Entry(
        "warning",
        "“{found}” và các dòng tiếp theo được coi là phần ghi chú, chữ ký dưới bảng, không phải nội dung của bảng.",
        "Địa danh, ngày tháng, chữ ký được gõ ngay dưới bảng.",
        "Không cần sửa nếu đúng như vậy; nếu là một dòng của bảng, điền đủ các cột có dấu *.",
        kind="Chữ ký dưới bảng",
    ),
    "table.total_differs": Entry(
        "warning",
        "Dòng cộng do đơn vị thêm vào bảng không khớp với các dòng đã kê: {found}. Dòng cộng không được tính.",
        "Thiếu dòng trong bảng, hoặc dòng cộng chưa được sửa theo.",
        "Kiểm tra lại các dòng của bảng; sửa dòng cộng hoặc xóa nội dung của dòng đó.",
        kind="Dòng cộng không khớp",
    ),
    "table.total_row": Entry(
        "warning",
        "Dòng cộng do đơn vị thêm vào bảng; không được tính.",
        "Bảng liệt kê từng mục, hệ thống tự cộng.",
        "Không cần sửa; kỳ sau không thêm dòng cộng.",
        kind="Dòng cộng thêm vào bảng",
    ),
}

_TEXT = {
    "text.missing": Entry(
        "error",
        "Phần thuyết minh này chưa có nội dung.",
        "Nội dung bắt buộc còn trống.",
        "Trình bày ngắn gọn; nếu không có, ghi “Không”.",
        kind="Thuyết minh chưa có nội dung",
        needed="nội dung; nếu không có, ghi “Không”",
    ),
    "text.too_long": Entry(
        "error",
        "Nội dung dài {found}, vượt quá {expected}.",
        "Phần thuyết minh quá dài.",
        "Rút gọn; tài liệu chi tiết gửi theo đường công văn.",
        kind="Nội dung quá dài",
        needed="không quá {expected}",
    ),
    "text.legacy_font": Entry(
        "warning",
        "Nội dung có vẻ được gõ bằng phông chữ cũ (TCVN3 hoặc VNI) và chưa chuyển được: “{found}”.",
        "Tệp dùng phông .VnTime hoặc VNI, không theo Unicode.",
        "Gõ lại nội dung bằng bảng mã Unicode rồi gửi lại.",
        kind="Phông chữ cũ",
        needed="chữ Unicode (Times New Roman)",
    ),
    "text.citizen_number": Entry(
        "error",
        "Nội dung có dãy số giống số định danh cá nhân.",
        "Biểu mẫu chỉ thu số lượng, không thu thông tin của cá nhân.",
        "Bỏ số định danh khỏi nội dung.",
        kind="Số định danh cá nhân trong nội dung",
        needed="nội dung không có số định danh cá nhân",
        basis=LegalBasis.PERSONAL_DATA,
    ),
    "text.phone_number": Entry(
        "error",
        "Nội dung có dãy số giống số điện thoại.",
        "Biểu mẫu chỉ thu số lượng, không thu thông tin của cá nhân.",
        "Bỏ số điện thoại khỏi nội dung.",
        kind="Số điện thoại trong nội dung",
        needed="nội dung không có số điện thoại",
        basis=LegalBasis.PERSONAL_DATA,
    ),
    "text.maybe_phone_number": Entry(
        "warning",
        "Nội dung có dãy số có thể là số điện thoại.",
        "Biểu mẫu chỉ thu số lượng, không thu thông tin của cá nhân.",
        "Nếu là số điện thoại của cá nhân, đề nghị bỏ khỏi nội dung; nếu không phải, không cần sửa.",
        kind="Số có thể là số điện thoại",
        basis=LegalBasis.PERSONAL_DATA,
    ),
    "file.classified": Entry(
        "error",
        "Tệp mang dấu chỉ mức độ mật “{found}” ({where}); hệ thống không nhận và không lưu tệp này.",
        "Tài liệu bí mật nhà nước không được soạn thảo, lưu giữ trên máy tính nối mạng.",
        "Gửi theo chế độ tài liệu mật; nếu đóng dấu nhầm, bỏ dấu rồi gửi lại.",
        basis=LegalBasis.SECRECY,
    ),
}

_RULE = {
    "rule.broken": Entry(
        "error",
        "{text} Hiện có: {found}.",
        "Số liệu các ô chưa khớp nhau theo quy tắc của biểu mẫu.",
        "Đối chiếu và sửa các ô đã nêu.",
        kind="Số liệu chưa khớp nhau",
        needed="{text}",
    ),
    "rule.announced": Entry(
        "warning",
        "{text} Hiện có: {found}. Kỳ này chỉ cảnh báo; ở các kỳ chốt số liệu từ ngày {day}, đây là lỗi.",
        "Quy tắc mới của biểu mẫu: lúc đầu chỉ cảnh báo, về sau bản nộp chưa đúng không được nhận.",
        "Đối chiếu và sửa các ô đã nêu.",
        kind="Số liệu chưa khớp nhau",
        needed="{text}",
    ),
    "rule.less_than_before": Entry(
        "error",
        "Số lũy kế {found} nhỏ hơn số đã báo cáo ở kỳ trước ({expected}).",
        "Biểu tính lũy kế: số liệu gồm cả kỳ trước, nên không thể nhỏ hơn số của kỳ đó.",
        "Kiểm tra lại; nếu số của kỳ trước sai, gửi bổ sung báo cáo kỳ đó trước.",
        kind="Số lũy kế nhỏ hơn kỳ trước",
        needed="không nhỏ hơn {expected}, số đã báo cáo ở kỳ trước",
    ),
    "rule.unusual": Entry(
        "warning",
        "Số {found} khác nhiều so với số đã báo cáo ({expected}).",
        "Số liệu tăng hoặc giảm trên 5 lần.",
        "Kiểm tra lại; nếu đúng, ghi lý do ở phần giải trình.",
        kind="Số khác nhiều so với kỳ trước",
        needed="xem lại, so với {expected}",
    ),
    "total.stale": Entry(
        "warning",
        "Công thức cộng đang cho {found}; tính lại từ các ô thành phần là {expected}. Số {expected} được sử dụng.",
        "Excel chưa tính lại công thức, hoặc công thức đã bị sửa.",
        "Kiểm tra lại các ô thành phần.",
        kind="Công thức cộng chưa tính lại",
        needed="{expected}, tính lại từ các ô thành phần (số được sử dụng)",
    ),
    "total.broken": Entry(
        "warning",
        "Ô tổng đang cho “{found}”, không phải con số; tính lại từ các ô thành phần là {expected}. Số {expected} được "
        "sử dụng.",
        "Công thức cộng bị hỏng do xóa, chèn dòng hoặc sửa công thức.",
        "Kiểm tra lại các ô thành phần.",
        kind="Công thức cộng bị hỏng",
        needed="{expected}, tính lại từ các ô thành phần (số được sử dụng)",
    ),
    "total.differs": Entry(
        "error",
        "Tổng ghi là {found}, trong khi cộng các ô thành phần được {expected}.",
        "Tổng được gõ đè lên công thức, hoặc một ô thành phần sai.",
        "Sửa ô thành phần cho khớp; nếu các ô thành phần đã đúng, tải biểu mẫu mới (ô tổng tự tính), chép số liệu sang "
        "(chỉ dán giá trị) rồi gửi.",
        kind="Tổng không khớp các ô thành phần",
        needed="{expected}, cộng từ các ô thành phần",
    ),
}

_UPLOAD = {
    "upload.not_owed": Entry(
        "error",
        "Đơn vị {found} không có biểu mẫu này trong kỳ báo cáo này.",
        "Đường dẫn nộp cũ, hoặc chương trình đã thay đổi đơn vị, kỳ hay biểu mẫu sau khi mở trang nộp.",
        "Mở lại đường dẫn nộp của đơn vị và chọn đúng kỳ, đúng biểu mẫu.",
    ),
    "upload.not_open": Entry(
        "error",
        "Kỳ báo cáo chưa mở; bắt đầu nhận từ {expected}.",
        "Báo cáo được gửi trước ngày mở nhận của kỳ.",
        "Gửi lại từ thời điểm đó.",
    ),
    "upload.locked": Entry(
        "error",
        "Kỳ báo cáo đã khóa lúc {expected}; tệp đến lúc {found}.",
        "Tệp đến sau thời điểm khóa, và đơn vị không có gia hạn còn hiệu lực cho biểu mẫu và kỳ này.",
        "Liên hệ cơ quan tổng hợp để được gia hạn, sau đó gửi lại.",
    ),
    "upload.needs_figures": Entry(
        "error",
        "“{found}” có nội dung bắt buộc không xác nhận không phát sinh được.",
        "Biểu mẫu có số liệu hiện có, nội dung chữ hoặc mục không được phép đánh dấu không phát sinh.",
        "Điền biểu mẫu và gửi; mục nào không phát sinh thì đánh dấu ở mục đó.",
    ),
    "upload.counts_already": Entry(
        "error",
        "“{found}” đã có bản nộp được nhận nên không xác nhận không phát sinh thêm.",
        "Xác nhận không phát sinh không thay cho số liệu đã nộp.",
        "Nếu cần sửa, điền lại biểu mẫu và gửi.",
    ),
    "upload.not_confirmed": Entry(
        "error",
        "Chưa có xác nhận rằng tệp không chứa bí mật nhà nước.",
        "Tệp được tải lên mà không qua trang nộp, hoặc chưa đánh dấu ô xác nhận.",
        "Gửi lại qua đường dẫn nộp và đánh dấu ô xác nhận.",
    ),
    "upload.missing": Entry(
        "error",
        "Không còn thấy tệp đã tải lên.",
        "Kho lưu trữ báo có tệp, nhưng tệp không còn ở đó: tệp đã bị xóa trước khi được tiếp nhận.",
        "Gửi lại tệp.",
    ),
}

_PROGRAMME = {
    "programme.sheet_missing": Entry(
        "error",
        "Sổ thiếu trang tính “{found}”.",
        "Trang tính đã bị xóa hoặc đổi tên.",
        "Thêm lại trang tính với đúng tên đó.",
    ),
    "programme.sheet_unknown": Entry(
        "error",
        "Sổ không có trang tính nào mang tên “{found}”{hint}.",
        "Trang tính không thuộc sổ chương trình, hoặc tên ghi sai.",
        "Đổi tên trang tính cho đúng, hoặc xóa trang tính không dùng.",
    ),
    "programme.sheet_empty": Entry(
        "error",
        "Trang tính chưa có dòng nào{hint}.",
        "Chương trình cần có ít nhất một dòng ở trang tính này.",
        "Ghi từ dòng thứ hai, ngay dưới tiêu đề; dòng bắt đầu bằng “Ví dụ:” không tính.",
    ),
    "programme.no_headings": Entry(
        "error",
        "Không thấy dòng tiêu đề cột.",
        "Dòng tiêu đề đã bị xóa hoặc các tiêu đề đã bị đổi tên.",
        "Chép lại dòng tiêu đề từ một sổ mới.",
    ),
    "programme.above_headings": Entry(
        "error",
        "Dòng này đứng trên dòng tiêu đề cột nên không được đọc.",
        "Danh sách đã được sắp xếp cùng với dòng tiêu đề, hoặc dòng được chèn nhầm chỗ.",
        "Chuyển dòng tiêu đề lên trên mọi dòng của danh sách.",
    ),
    "programme.column_missing": Entry(
        "error",
        "Thiếu cột “{found}”.",
        "Cột đã bị xóa hoặc tiêu đề đã bị đổi tên.",
        "Thêm lại cột với đúng tiêu đề đó.",
    ),
    "programme.column_unknown": Entry(
        "error",
        "Trang tính này không có cột nào mang tên “{found}”{hint}.",
        "Tiêu đề cột ghi sai, hoặc cột không thuộc sổ chương trình.",
        "Sửa tiêu đề cho đúng, hoặc xóa cột không dùng.",
    ),
    "programme.column_nameless": Entry(
        "error",
        "Cột này có dữ liệu mà không có tiêu đề.",
        "Tiêu đề đã bị xóa, hoặc có ghi chú ngoài bảng.",
        "Ghi lại tiêu đề, hoặc xóa dữ liệu của cột.",
    ),
    "programme.column_twice": Entry(
        "error",
        "Cột “{found}” đã có ở bên trái.",
        "Hai cột cùng tiêu đề, không rõ lấy giá trị ở cột nào.",
        "Giữ lại một cột.",
    ),
    "programme.line_missing": Entry(
        "error",
        "Thiếu dòng “{found}”.",
        "Dòng đã bị xóa hoặc tên dòng đã bị đổi.",
        "Thêm lại dòng với đúng tên đó ở cột đầu, giá trị ở cột thứ hai.",
    ),
    "programme.line_unknown": Entry(
        "error",
        "Trang tính này không có dòng nào mang tên “{found}”{hint}.",
        "Tên dòng ghi sai, hoặc dòng không thuộc sổ chương trình.",
        "Sửa tên dòng cho đúng, hoặc xóa dòng không dùng.",
    ),
    "programme.line_twice": Entry(
        "error",
        "Dòng “{found}” đã có ở trên.",
        "Hai dòng cùng tên, không rõ lấy giá trị ở dòng nào.",
        "Giữ lại một dòng.",
    ),
    "programme.cell": Entry(
        "error",
        "Không đọc được “{found}”; ô này ghi {expected}.",
        "Ô ghi không đúng dạng của cột.",
        "Ghi lại cho đúng dạng.",
        needed="{expected}",
    ),
    "programme.cell_formula": Entry(
        "error",
        "Ô là công thức {state}.",
        "Sổ chương trình nhận kết quả của công thức, không nhận công thức lỗi.",
        "Chép ô rồi dán giá trị (Paste Values), hoặc ghi lại giá trị.",
    ),
    "programme.cell_date": Entry(
        "error",
        "Ô là ngày {found}, trong khi cột này ghi {expected}.",
        "Excel tự đổi chữ như 1/2 hoặc 3-5 thành ngày.",
        "Định dạng ô là Text rồi ghi lại.",
        needed="{expected}",
    ),
    "programme.old_font": Entry(
        "error",
        "Chữ gõ bằng phông cũ (TCVN3 hoặc VNI): “{found}”, có phải là “{expected}”.",
        "Chữ gõ bằng .VnTime, VNI-Times chỉ đọc được với đúng phông đó.",
        "Gõ lại bằng Unicode.",
        needed="{expected}",
    ),
    "programme.remark": Entry(
        "warning",
        "{text}.",
        "Chương trình vẫn dùng được, nhưng có thể đây là chỗ ghi nhầm.",
        "Xem lại ô này; nếu đúng ý thì để nguyên.",
    ),
    "programme.no_record_above": Entry(
        "error",
        "Thiếu “{expected}” cho “{found}” ở dòng này.",
        "Cột đó trống ở dòng này và các dòng trên.",
        "Ghi ở dòng này hoặc dòng trên.",
    ),
    "programme.misfit": Entry(
        "error",
        "{text}.",
        "Các phần của chương trình chưa khớp nhau, hoặc ô còn thiếu, ghi sai.",
        "Sửa ô này, hoặc sửa phần mà ô nhắc đến.",
    ),
}

CATALOGUE: dict[str, Entry] = {**_UPLOAD, **_FILE, **_FORM, **_CELL, **_MARK, **_TABLE, **_TEXT, **_RULE, **_PROGRAMME}
