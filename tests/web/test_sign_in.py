"""Signing in to the console: what is limited, and what a tampered cookie comes to."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from chalicelib.external import identity
from chalicelib.external.identity import Challenge
from chalicelib.office.draft import find_draft
from chalicelib.web.console import sessions, sign_in
from chalicelib.web.forms import make_seal
from chalicelib.web.request import Request
from infra.demo.programme import DEMO_CODE, DEMO_FORM, DEMO_PERIOD
from tests.web import people
from tests.web.client import Browser, Page
from tests.web.people import make_claims, make_token

PAGES = ("ma", "mat-khau", "thiet-lap")
SESSION = "s" * 40
VISIT = "bi-mat-cua-phien"


def type_password(browser: Browser) -> Page:
    browser.cookies = {sessions.VISIT: VISIT}
    return browser.post("/pv05/dang-nhap", {"mau": make_seal(VISIT), "ten": "an", "mat-khau": "sai"})


@pytest.mark.promise("isolated")
def test_forty_attempts_at_once_are_not_all_made(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each one is made while all those before it are still being answered."""
    made: list[int] = []

    def refuse(*_: object, **__: object) -> Challenge:
        made.append(len(made))
        answers.append(type_password(browser).status)
        raise identity.SignInRefused("NotAuthorizedException")

    answers: list[int] = []
    monkeypatch.setattr(identity, "sign_in", refuse)
    answers.append(type_password(browser).status)
    assert len(made) == 8
    assert sorted(answers) == [400] * 8 + [429]


def test_a_pool_that_does_not_answer_costs_no_attempt(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> Challenge:
        raise identity.Unavailable("user pool")

    monkeypatch.setattr(identity, "sign_in", fail)
    assert {type_password(browser).status for _ in range(12)} == {503}


def test_a_password_that_is_right_costs_no_attempt(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "sign_in", lambda *_, **__: Challenge(identity.CODE, SESSION, "an"))
    assert {type_password(browser).status for _ in range(12)} == {303}


HEADING = f"/pv05/du-thao/{DEMO_CODE}/{DEMO_PERIOD}/kho-khan"
SUBMISSION = f"/pv05/ban-nop/{DEMO_CODE}/{DEMO_PERIOD}/{DEMO_FORM}/180"
POINTS = f"/pv05/diem-can-xem-lai/{DEMO_CODE}/{DEMO_PERIOD}"
TYPED = {"mau": "x", "ban": "0", "viec": "luu", "loi": "Lời <b>gõ</b> nửa giờ."}


def test_words_that_were_sent_after_the_session_had_ended_are_shown_again_and_not_kept(browser: Browser) -> None:
    answer = browser.post(HEADING, TYPED)
    assert answer.status == 401
    assert "Lời &lt;b&gt;gõ&lt;/b&gt; nửa giờ.</textarea>" in answer.text
    assert "chưa được lưu" in answer.words
    assert find_draft(DEMO_CODE, period=DEMO_PERIOD) is None


@pytest.mark.parametrize(
    ("path", "page"),
    [(HEADING, HEADING), (f"{SUBMISSION}/xu-ly", SUBMISSION), (f"{POINTS}/mo-lai", POINTS)],
)
def test_who_signs_in_again_comes_back_to_the_page_of_the_form(browser: Browser, path: str, page: str) -> None:
    for fields in ({"mau": "x"}, TYPED):
        browser.cookies = {}
        browser.post(path, fields)
        assert browser.cookies[sessions.TARGET] == page


@pytest.mark.promise("refused-in-words")
def test_a_form_that_is_too_long_to_be_read_leads_to_sign_in(browser: Browser) -> None:
    assert browser.post(HEADING, TYPED | {"loi": "lời dài " * 200_000}).status == 303


@pytest.mark.promise("isolated")
def test_another_site_shows_nothing_of_its_own_in_our_name(browser: Browser) -> None:
    for site in ("cross-site", "same-site", "none"):
        assert browser.post(HEADING, TYPED, **{"sec-fetch-site": site}).status == 303
    browser.cookies = {sessions.VISIT: VISIT}
    fields = {"mau": make_seal(VISIT), "mat-khau-moi": "Mot mat khau 1", "nhap-lai": "Mot mat khau 1"}
    assert browser.post("/pv05/dang-nhap/mat-khau", fields).status == 303


def encode(data: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).decode()


@pytest.mark.parametrize(
    "cookie",
    [
        "", "!", "é", "AAAA", encode(7), encode({}), encode([]), encode("chuỗi"),
        encode(dict.fromkeys("abcd", 1)),
        encode([identity.CODE, SESSION, "an"]), encode([identity.CODE, SESSION, "an", "", ""]),
        encode([identity.CODE, 7, "an", ""]), encode(["KHAC", SESSION, "an", ""]),
        encode([identity.CODE, "ngan", "an", ""]), encode([identity.CODE, SESSION, "", ""]),
        encode([identity.CODE, SESSION, "a\nb", ""]), encode([identity.CODE, SESSION, "\ud800", ""]),
        encode([identity.CODE, f"{SESSION}\r\nb", "an", ""]), encode([identity.SETUP, SESSION, "an", "bí mật"]),
        base64.urlsafe_b64encode(b"[" * 2_000).decode(), base64.urlsafe_b64encode(b"\xff\xfe[").decode(),
    ],
)  # fmt: skip
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.promise("refused-in-words")
def test_a_tampered_step_begins_the_sign_in_again(browser: Browser, page: str, cookie: str) -> None:
    for ask in (open_page, send_form):
        answer = ask(browser, page, cookie)
        assert (answer.status, answer.header("Location")[-14:]) == (303, "pv05/dang-nhap")


@pytest.mark.promise("refused-in-words")
@pytest.mark.parametrize("page", PAGES)
def test_a_step_with_any_letter_changed_is_shown_or_begins_the_sign_in_again(
    browser: Browser, page: str, tried: Callable[[int], None], is_soak: bool
) -> None:
    """What Cognito put there only Cognito can judge; what we put there we check."""
    step = sign_in.Step(Challenge(identity.SETUP, SESSION, "an"), "ABCDEFGH234567AB")
    for cookie in change_letters(sign_in._dump(step), every=1 if is_soak else 11):
        answer = open_page(browser, page, cookie)
        assert answer.status == 200 or (answer.status, answer.header("Location")[-14:]) == (303, "pv05/dang-nhap")
        tried(1)


@pytest.mark.promise("isolated", "refused-in-words")
def test_an_id_token_with_any_letter_changed_is_nobodys(
    browser: Browser, tried: Callable[[int], None], is_soak: bool
) -> None:
    token = make_token(make_claims("admin"))
    for changed in change_letters(token, every=1 if is_soak else 29):
        browser.cookies = {sessions.ID: changed, sessions.VISIT: VISIT}
        page = browser.get(f"/pv05/nhat-ky/{DEMO_CODE}")
        assert (page.status, "pv05/dang-nhap" in page.header("Location")) == (303, True), changed
        tried(1)


@pytest.mark.promise("isolated", "refused-in-words")
@pytest.mark.parametrize("part", ["seal", "cookie"])
def test_a_seal_or_its_secret_with_any_letter_changed_is_refused(
    browser: Browser, part: str, tried: Callable[[int], None], is_soak: bool
) -> None:
    seal = make_seal(VISIT)
    for changed in change_letters(seal if part == "seal" else VISIT, every=1 if is_soak else 7):
        people.sign_in(browser, "admin")
        browser.cookies[sessions.VISIT] = VISIT if part == "seal" else changed
        fields = {"mau": changed if part == "seal" else seal, "mot-lan": "0" * 32}
        assert browser.post(f"/pv05/duong-dan/{DEMO_CODE}", fields).status == 403
        tried(1)


@pytest.mark.promise("refused-in-words")
def test_a_target_with_any_letter_changed_leads_nowhere_else(browser: Browser, tried: Callable[[int], None]) -> None:
    targets = [
        *change_letters(f"/pv05/ky/{DEMO_CODE}", every=1),
        "//khac.vn",
        "https://khac.vn",
        "/pv05//khac.vn",
        "\\",
    ]
    for target in targets:
        cookies = {sessions.TARGET: target}
        request = Request(method="GET", path="/pv05/dang-nhap/ma", query={}, headers={}, cookies=cookies, address="",
                          base="", now=datetime.now(UTC))  # fmt: skip
        assert re.fullmatch(r"pv05(/[A-Za-z0-9][A-Za-z0-9._-]*)*", sessions.read_target(request)), target
        tried(1)


def change_letters(text: str, *, every: int) -> Iterator[str]:
    """The text with one letter changed: every so many, the first and the last among them, each into two others.

    The last letter before a full stop, or at the end, may hold bits that mean nothing: it becomes no letter of base64.
    """
    for place in sorted({*range(0, len(text), every), len(text) - 1}):
        is_last = place + 1 == len(text) or text[place + 1] == "."
        for letter in ("!",) if is_last else ("A" if text[place] != "A" else "B", "%"):
            yield text[:place] + letter + text[place + 1 :]


def test_a_step_that_is_ours_is_read_as_it_was_left() -> None:
    step = sign_in.Step(Challenge(identity.SETUP, SESSION, "an"), "ABCDEFGH234567AB")
    made = base64.urlsafe_b64decode(sign_in._dump(step))
    assert tuple(sign_in._COOKIE.validate_json(made)) == (identity.SETUP, SESSION, "an", "ABCDEFGH234567AB")


def open_page(browser: Browser, page: str, cookie: str) -> Page:
    browser.cookies = {sessions.VISIT: VISIT, sessions.STEP: cookie}
    return browser.get(f"/pv05/dang-nhap/{page}")


def send_form(browser: Browser, page: str, cookie: str) -> Page:
    browser.cookies = {sessions.VISIT: VISIT, sessions.STEP: cookie}
    return browser.post(f"/pv05/dang-nhap/{page}", {"mau": make_seal(VISIT), "ma": "123456"})
