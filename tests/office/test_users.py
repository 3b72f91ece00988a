"""Users of the console: what administrators do with accounts, and what keeps them from harm. The pool is moto's."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from chalicelib.domain.audit import SYSTEM, Stamp
from chalicelib.external import accounts, identity, mail
from chalicelib.external.identity import Tokens, read_pool
from chalicelib.office import users
from chalicelib.office.refusals import Moved, Refusal
from chalicelib.office.roles import Grant, Role
from chalicelib.office.sign_in import note_sign_in
from chalicelib.office.users import User
from chalicelib.operate.cli import operate
from chalicelib.store import people
from tests.office.audit import read_audit
from tests.store.sample import NOON
from tests.web.people import open_pool

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

AN, BINH = Stamp("pv05:an", NOON), Stamp("pv05:binh", NOON)
OWN = "Mat-khau-rieng-1"
EDITOR, ADMIN = Grant(Role.EDITOR), Grant(Role.ADMIN)


@pytest.fixture
def cognito(stores: None, monkeypatch: pytest.MonkeyPatch) -> CognitoIdentityProviderClient:
    """Two administrators, an editor, and a client to sign in with."""
    monkeypatch.setenv("TONGHOP_USERS_CLIENT", "x")
    pool = open_pool(monkeypatch, {"an": ["admin"], "binh": ["admin"], "chi": ["editor"]})
    for user in pool.list_users(UserPoolId=read_pool().id)["Users"]:
        whose = {"UserPoolId": read_pool().id, "Username": user["Username"]}
        pool.admin_set_user_password(**whose, Password=OWN, Permanent=True)
    client = pool.create_user_pool_client(UserPoolId=read_pool().id, ClientName="pages")["UserPoolClient"]
    monkeypatch.setenv("TONGHOP_USERS_CLIENT", client["ClientId"])
    return pool


def sign_in(cognito: CognitoIdentityProviderClient, name: str, password: str = OWN) -> str:
    """What the pool asks for next, or a refresh token where it asks for nothing."""
    answer = cognito.initiate_auth(
        ClientId=read_pool().client, AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": password},
    )  # fmt: skip
    return answer.get("ChallengeName", "") or answer["AuthenticationResult"]["RefreshToken"]


def renew(cognito: CognitoIdentityProviderClient, token: str) -> None:
    cognito.initiate_auth(
        ClientId=read_pool().client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": token}
    )


def test_a_new_user_signs_in_once_with_a_password_that_nothing_keeps(cognito: CognitoIdentityProviderClient) -> None:
    password = users.add_user("dung", Grant(Role.EDITOR, "B1"), address="dung@example.vn", stamp=AN)
    assert sign_in(cognito, "dung", password) == "NEW_PASSWORD_REQUIRED"
    made = users.find_user("dung")
    assert (made.grant, made.account.groups) == (Grant(Role.EDITOR, "B1"), {"editor@B1"})
    assert made.account.mail == "dung@example.vn"
    assert read_audit(programme=SYSTEM) == [
        ("pv05:an", "user.added", "dung", {"role": "biên tập", "unit": "B1"}),
    ]
    assert password not in str(read_audit(programme=SYSTEM))


def test_a_user_whose_password_got_lost_on_the_way_is_made_again(cognito: CognitoIdentityProviderClient) -> None:
    lost, password = (users.add_user("dung", EDITOR, stamp=AN) for _ in range(2))
    assert lost != password
    assert sign_in(cognito, "dung", password) == "NEW_PASSWORD_REQUIRED"


@pytest.mark.parametrize("name", ["an", "AN", "a", "a b", "dũng", "x" * 41, "../an", ""])
@pytest.mark.usefixtures("cognito")
def test_a_name_that_is_taken_or_cannot_be_one_is_refused(name: str) -> None:
    with pytest.raises(Refusal):
        users.add_user(name, EDITOR, stamp=AN)
    assert len(users.list_users()) == 3


@pytest.mark.parametrize("end", [users.disable_user, users.reset_password])
@pytest.mark.promise("isolated")
def test_sessions_end_when_an_account_is_disabled_or_gets_a_new_password(
    cognito: CognitoIdentityProviderClient, end: Callable[..., object]
) -> None:
    token = sign_in(cognito, "chi")
    renew(cognito, token)
    end(users.find_user("chi"), stamp=AN)
    with pytest.raises(cognito.exceptions.NotAuthorizedException):
        renew(cognito, token)


@pytest.mark.promise("isolated")
def test_who_is_disabled_signs_in_no_more_until_enabled(cognito: CognitoIdentityProviderClient) -> None:
    users.disable_user(users.find_user("chi"), stamp=AN)
    with pytest.raises(cognito.exceptions.NotAuthorizedException):
        sign_in(cognito, "chi")
    users.enable_user(users.find_user("chi"), stamp=AN)
    assert sign_in(cognito, "chi")


@pytest.mark.usefixtures("cognito")
def test_only_a_disabled_account_is_removed_and_its_name_is_given_to_nobody_else() -> None:
    with pytest.raises(Refusal, match="khóa tài khoản trước"):
        users.remove_user(users.find_user("chi"), stamp=AN)
    users.disable_user(users.find_user("chi"), stamp=AN)
    users.remove_user(users.find_user("chi"), stamp=AN)
    assert [each.name for each in users.list_users()] == ["an", "binh"]
    with pytest.raises(Refusal, match="đã từng có"):
        users.add_user("chi", EDITOR, stamp=AN)


@pytest.mark.usefixtures("cognito")
def test_a_role_takes_the_place_of_the_one_before() -> None:
    users.change_grant(users.find_user("chi"), Grant(Role.PLANNER), stamp=AN)
    assert users.find_user("chi").account.groups == {"planner"}
    users.change_grant(users.find_user("chi"), Grant(Role.VIEWER, "B1"), stamp=AN)
    assert users.find_user("chi").account.groups == {"viewer@B1"}
    told = [line[3] for line in read_audit(programme=SYSTEM)]
    assert {"role": "phụ trách chương trình", "before": "biên tập"} in told


VERBS: list[Callable[..., object]] = [
    users.disable_user, users.enable_user, users.reset_password, users.ask_factor,
    lambda user, stamp: users.change_grant(user, EDITOR, stamp=stamp),
]  # fmt: skip


@pytest.mark.parametrize("act", VERBS)
@pytest.mark.usefixtures("cognito")
@pytest.mark.promise("isolated")
def test_nobody_changes_his_own_account(act: Callable[..., object]) -> None:
    before = users.list_users()
    with pytest.raises(Refusal, match="do quản trị khác"):
        act(users.find_user("an"), stamp=AN)
    assert users.list_users() == before
    assert not read_audit(programme=SYSTEM)


@pytest.mark.parametrize("act", [users.disable_user, VERBS[-1]])
@pytest.mark.usefixtures("cognito")
def test_the_last_administrator_stays_one_whoever_asks(act: Callable[..., object]) -> None:
    users.disable_user(users.find_user("binh"), stamp=AN)
    with pytest.raises(Refusal, match="quản trị duy nhất"):
        act(users.find_user("an"), stamp=Stamp("operator:root", NOON))
    assert users.find_user("an").is_admin


@pytest.mark.parametrize("act", [users.disable_user, VERBS[-1]])
@pytest.mark.parametrize("is_before", [True, False])
@pytest.mark.usefixtures("cognito")
@pytest.mark.promise("isolated")
def test_of_two_administrators_who_take_each_others_role_at_once_one_stays(
    monkeypatch: pytest.MonkeyPatch, act: Callable[..., object], *, is_before: bool
) -> None:
    """The one acts while the other has read who is there, before it is noted that his colleague goes or after."""
    put = people.put
    binh, an = users.find_user("binh"), users.find_user("an")

    def meet(*given: Any) -> None:
        monkeypatch.setattr(people, "put", put)
        if not is_before:
            put(*given)
        with nullcontext() if is_before else pytest.raises(Refusal, match="quản trị duy nhất"):
            act(an, stamp=BINH)
        if is_before:
            put(*given)

    monkeypatch.setattr(people, "put", meet)
    with pytest.raises(Moved) if is_before else nullcontext():
        act(binh, stamp=AN)
    assert [each.name for each in users.list_users() if each.is_admin] == ["binh" if is_before else "an"]


@pytest.mark.usefixtures("cognito")
def test_an_administrator_who_left_and_is_one_again_counts_after_a_minute() -> None:
    users.change_grant(users.find_user("binh"), EDITOR, stamp=AN)
    users.change_grant(users.find_user("binh"), ADMIN, stamp=AN)
    with pytest.raises(Refusal, match="quản trị duy nhất"):
        users.disable_user(users.find_user("an"), stamp=BINH)
    users.disable_user(users.find_user("an"), stamp=Stamp("pv05:binh", NOON + timedelta(minutes=1)))


LOSE: list[Callable[[User], None]] = [
    lambda user: users.disable_user(user, stamp=AN),
    lambda user: users.change_grant(user, EDITOR, stamp=AN),
    lambda user: accounts.delete_account(user.name),
]


@pytest.mark.parametrize("lose", LOSE)
@pytest.mark.usefixtures("cognito")
@pytest.mark.promise("isolated")
def test_who_is_no_administrator_any_more_changes_no_user_by_the_token_that_is_still_believed(
    lose: Callable[[User], None],
) -> None:
    users.ask_factor(users.find_user("chi"), stamp=AN)
    lose(users.find_user("binh"))
    before = users.list_everybody()
    for act in (
        lambda: users.add_user("dung", ADMIN, stamp=BINH),
        lambda: users.find_user("chi", stamp=BINH),
        lambda: users.renew_factor(users.find_request("chi"), stamp=BINH),
        lambda: users.withdraw_request(users.find_request("chi"), stamp=BINH),
    ):
        with pytest.raises(Refusal, match="không còn là quản trị"):
            act()
    assert users.list_everybody() == before


@pytest.mark.usefixtures("cognito")
def test_nobody_administers_a_branch() -> None:
    bound, chi = Grant(Role.ADMIN, "B1"), users.find_user("chi")
    for give in (
        lambda: users.add_user("dung", bound, stamp=AN),
        lambda: users.prepare_grant(chi, bound, stamp=AN),
        lambda: users.change_grant(chi, bound, stamp=AN),
    ):
        with pytest.raises(Refusal, match="mọi đơn vị"):
            give()
    assert {each.name: each.grant for each in users.list_users()} == {"an": ADMIN, "binh": ADMIN, "chi": EDITOR}


# A lost telephone


def set_up_telephone(cognito: CognitoIdentityProviderClient, name: str) -> None:
    pool = read_pool().id
    cognito.set_user_pool_mfa_config(
        UserPoolId=pool, MfaConfiguration="ON", SoftwareTokenMfaConfiguration={"Enabled": True}
    )
    tokens = identity.sign_in(name, password=OWN)
    assert isinstance(tokens, Tokens)
    identity.associate(tokens)
    identity.verify_with_token(tokens.access, code="123456")
    assert sign_in(cognito, name) == "SOFTWARE_TOKEN_MFA"


@pytest.mark.promise("isolated")
def test_a_lost_telephone_takes_two_administrators_and_the_account_stays_what_it_was(
    cognito: CognitoIdentityProviderClient,
) -> None:
    set_up_telephone(cognito, "chi")
    users.ask_factor(users.find_user("chi"), stamp=AN)
    request = users.find_request("chi")
    with pytest.raises(Refusal, match="một quản trị khác"):
        users.renew_factor(request, stamp=AN)
    assert sign_in(cognito, "chi") == "SOFTWARE_TOKEN_MFA"
    password = users.renew_factor(request, stamp=BINH)
    assert sign_in(cognito, "chi", password) == "NEW_PASSWORD_REQUIRED"
    assert users.find_user("chi").grant == EDITOR
    assert users.find_user("chi").request is None
    with pytest.raises(Moved):
        users.find_request("chi")
    assert sorted(line[:3] for line in read_audit(programme=SYSTEM)) == [
        ("pv05:an", "user.factor_asked", "chi"),
        ("pv05:binh", "user.factor_renewed", "chi"),
    ]


@pytest.mark.promise("isolated")
@pytest.mark.usefixtures("cognito")
def test_nobody_gives_himself_a_new_telephone_by_a_colleagues_request() -> None:
    users.ask_factor(users.find_user("binh"), stamp=AN)
    with pytest.raises(Refusal, match="chính anh/chị"):
        users.renew_factor(users.find_request("binh"), stamp=BINH)


@pytest.mark.promise("finished")
def test_what_was_cut_off_after_the_account_was_deleted_is_done_again(cognito: CognitoIdentityProviderClient) -> None:
    users.ask_factor(users.find_user("chi"), stamp=AN)
    cognito.admin_delete_user(UserPoolId=read_pool().id, Username="chi")
    assert [each.user for each in users.list_everybody().cut_off] == ["chi"]
    with pytest.raises(Refusal, match="làm lại cho xong"):
        users.withdraw_request(users.find_request("chi"), stamp=BINH)
    password = users.renew_factor(users.find_request("chi"), stamp=BINH)
    assert sign_in(cognito, "chi", password) == "NEW_PASSWORD_REQUIRED"
    assert users.find_user("chi").grant == EDITOR
    assert not users.list_everybody().cut_off


TAKEN: list[Callable[[User], None]] = [
    lambda user: users.change_grant(user, Grant(Role.VIEWER), stamp=AN),
    lambda user: users.disable_user(user, stamp=AN),
]


def remove(user: User) -> None:
    """An account that is disabled, and for which there is a request nevertheless."""
    accounts.disable_account(user.name)
    users.remove_user(users.find_user(user.name), stamp=AN)


@pytest.mark.parametrize("take", [*TAKEN, remove])
@pytest.mark.usefixtures("cognito")
@pytest.mark.promise("isolated")
def test_what_takes_rights_away_drops_an_open_request_which_would_give_them_back(take: Callable[[User], None]) -> None:
    users.ask_factor(users.find_user("chi"), stamp=AN)
    request = users.find_request("chi")
    take(users.find_user("chi"))
    after = users.list_everybody()
    with pytest.raises(Moved):
        users.find_request("chi")
    with pytest.raises((Moved, Refusal)):
        users.renew_factor(request, stamp=BINH)
    assert users.list_everybody() == after
    assert not after.cut_off


@pytest.mark.parametrize("is_disabled", [True, False])
@pytest.mark.usefixtures("cognito")
@pytest.mark.promise("isolated")
def test_a_request_for_an_account_that_is_another_one_by_now_is_refused(*, is_disabled: bool) -> None:
    """As where somebody changes the account in the pool itself, or at the very moment at which it is asked for."""
    users.ask_factor(users.find_user("chi"), stamp=AN)
    if is_disabled:
        accounts.disable_account("chi")
    else:
        accounts.set_groups(users.find_user("chi").account, ["viewer"])
    before = users.find_user("chi")
    with pytest.raises(Refusal, match="sau khi đề nghị"):
        users.renew_factor(users.find_request("chi"), stamp=BINH)
    assert users.find_user("chi") == before


@pytest.mark.parametrize("take", TAKEN)
@pytest.mark.usefixtures("cognito")
@pytest.mark.promise("isolated")
def test_rights_that_are_taken_away_while_the_account_is_made_anew_let_nobody_in(
    monkeypatch: pytest.MonkeyPatch, take: Callable[[User], None]
) -> None:
    users.ask_factor(users.find_user("chi"), stamp=AN)
    chi, delete = users.find_user("chi"), accounts.delete_account

    def meet(name: str) -> None:
        take(chi)
        delete(name)

    monkeypatch.setattr(accounts, "delete_account", meet)
    with pytest.raises(Moved):
        users.renew_factor(users.find_request("chi"), stamp=BINH)
    assert not users.find_user("chi").account.is_enabled


@pytest.mark.promise("finished")
@pytest.mark.usefixtures("cognito")
def test_what_was_cut_off_before_the_new_account_had_its_groups_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    users.ask_factor(users.find_user("chi"), stamp=AN)
    with monkeypatch.context() as cut:
        cut.setattr(accounts, "set_groups", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            users.renew_factor(users.find_request("chi"), stamp=BINH)
    assert users.find_user("chi").grant is None
    users.renew_factor(users.find_request("chi"), stamp=BINH)
    assert users.find_user("chi").grant == EDITOR


@pytest.mark.usefixtures("cognito")
def test_a_disabled_account_gets_no_new_telephone_from_the_operator_either() -> None:
    users.disable_user(users.find_user("chi"), stamp=AN)
    with pytest.raises(Refusal, match="mở khóa trước"):
        users.renew_factor_alone("chi", stamp=Stamp("operator:root", NOON))
    assert not users.find_user("chi").account.is_enabled
    assert users.find_user("chi").request is None


@pytest.mark.usefixtures("cognito")
def test_a_request_can_be_withdrawn_and_made_again() -> None:
    for _ in range(2):
        users.ask_factor(users.find_user("chi"), stamp=AN)
        users.ask_factor(users.find_user("chi"), stamp=BINH)
        assert users.find_request("chi").asker == "an"
        users.withdraw_request(users.find_request("chi"), stamp=BINH)
        with pytest.raises(Moved):
            users.find_request("chi")


@pytest.mark.parametrize("has_asked", [True, False])
def test_where_one_administrator_is_left_the_operators_command_gives_the_new_telephone(
    cognito: CognitoIdentityProviderClient, *, has_asked: bool
) -> None:
    if has_asked:
        users.ask_factor(users.find_user("chi"), stamp=AN)
    answer = CliRunner().invoke(operate, ["--actor", "van-hanh", "users", "new-factor", "chi"])
    name, password, _ = answer.output.split("\t")
    assert (answer.exit_code, name) == (0, "chi")
    assert sign_in(cognito, "chi", password) == "NEW_PASSWORD_REQUIRED"
    told = users.find_news(datetime.now(UTC) + timedelta(minutes=1))
    assert ("van-hanh", "user.factor_renewed") in {(line.actor, line.action) for line in told}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["list"], "chi\tbiên tập\tđang dùng\tchưa"),
        (["add", "dung", "--role", "viewer"], "dùng một lần"),
        (["grant", "chi", "--role", "planner"], "chi\tphụ trách chương trình"),
        (["disable", "chi"], "Đã khóa chi."),
        (["enable", "chi"], "Đã mở khóa chi."),
        (["password", "chi"], "chi\t"),
    ],
)
@pytest.mark.usefixtures("cognito")
def test_an_operator_has_the_same_verbs(words: list[str], said: str) -> None:
    answer = CliRunner().invoke(operate, ["users", *words])
    assert (answer.exit_code, said in answer.output) == (0, True), answer.output


@pytest.mark.usefixtures("cognito")
def test_an_operator_removes_an_account_and_is_refused_what_pages_refuse() -> None:
    for words, code in (
        (["remove", "chi"], 2),
        (["disable", "chi"], 0),
        (["remove", "chi"], 0),
        (["enable", "chi"], 2),
    ):
        assert CliRunner().invoke(operate, ["users", *words]).exit_code == code


# Who has to know


@pytest.mark.usefixtures("cognito")
def test_who_has_not_signed_in_for_180_days_is_shown() -> None:
    made = users.find_user("chi").account.made
    note_sign_in("chi", stamp=Stamp("pv05:chi", made))
    chi = users.find_user("chi")
    assert chi.seen == made
    assert [chi.is_idle(made + timedelta(days=days)) for days in (179, 180)] == [False, True]
    assert users.find_user("an").is_idle(made + timedelta(days=181)), "never signed in: it counts from the making"


@pytest.mark.usefixtures("cognito")
def test_a_role_that_is_given_is_news_to_the_other_administrators() -> None:
    users.change_grant(users.find_user("chi"), ADMIN, stamp=AN)
    later = NOON + timedelta(hours=1)
    assert users.has_news(Stamp("pv05:binh", later))
    assert not users.has_news(Stamp("pv05:an", later)), "who did it knows"
    note_sign_in("binh", stamp=Stamp("pv05:binh", later))
    assert not users.has_news(Stamp("pv05:binh", later + timedelta(hours=1)))
    assert [line.subject for line in users.find_news(NOON + timedelta(days=29))] == ["chi"]
    assert not users.find_news(NOON + timedelta(days=31))


@pytest.mark.usefixtures("cognito")
def test_news_of_february_are_told_in_the_first_days_of_march() -> None:
    """Thirty days before them are days of January."""
    users.change_grant(users.find_user("chi"), ADMIN, stamp=Stamp("pv05:an", datetime(2026, 2, 15, tzinfo=UTC)))
    assert [line.subject for line in users.find_news(datetime(2026, 3, 1, tzinfo=UTC))] == ["chi"]


def test_a_role_that_is_given_is_written_to_administrators_with_an_address(
    cognito: CognitoIdentityProviderClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters: list[tuple[str, str]] = []
    monkeypatch.setenv("TONGHOP_MAIL_FROM", "tonghop@example.vn")
    monkeypatch.setattr(mail, "send", lambda to, **said: letters.append((to, said["text"])))
    users.add_user("dung", ADMIN, address="dung@example.vn", stamp=AN)
    users.change_grant(users.find_user("chi"), Grant(Role.PLANNER), stamp=AN)
    ((to, text),) = letters
    assert to == "dung@example.vn"
    assert "“chi” được cấp vai trò phụ trách chương trình" in text
    assert "an" in text


def test_before_a_role_goes_it_is_shown_what_goes_with_it(cognito: CognitoIdentityProviderClient) -> None:
    bound = Grant(Role.VIEWER, "B1")
    change = users.prepare_grant(users.find_user("binh"), bound, name_unit=lambda _: "Huyện A", stamp=AN)
    losses = [effect.sentence for effect in change.preview().effects if effect.is_loss]
    assert [each.partition(":")[0] for each in losses] == [
        "Không còn được", "Chỉ còn thấy Huyện A và các đơn vị trực thuộc", "Chỉ còn một quản trị",
    ]  # fmt: skip
    assert users.find_user("binh").is_admin
    change.make()
    assert users.find_user("binh").grant == bound
