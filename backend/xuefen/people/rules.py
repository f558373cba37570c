"""Decisions of the people room: guessing, sessions, who may manage whom. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from xuefen.core.errors import (
    BadRequest,
    Conflict,
    FieldError,
    Invalid,
    NotAuthenticated,
    TooManyRequests,
)
from xuefen.organisations.roles import Role
from xuefen.organisations.rules import ROLE_PLACES

ATTEMPTS = 10
WINDOW = timedelta(minutes=15)
GRACE = timedelta(seconds=10)


class SignInRefused(NotAuthenticated):
    """One answer for an unknown name, a wrong password, a disabled account and a guessed-at one."""

    code, title = "sign_in_refused", "账号或密码不正确；连续输错 10 次后，15 分钟内不能登录"


class ClientRefused(NotAuthenticated):
    code, title = "client_refused", "客户端编号或密钥不正确"


class SessionEnded(NotAuthenticated):
    code, title = "session_ended", "登录已结束，请重新登录"


class TooManyAttempts(TooManyRequests):
    code, title = "too_many_attempts", "尝试次数过多，请稍后再试"


class ScopeRefused(BadRequest):
    code, title = "scope_refused", "申请的权限范围不在许可之内"


class WrongPassword(Invalid):
    code, title = "wrong_password", "当前密码不正确"


class SamePassword(Invalid):
    code, title = "same_password", "新密码不能与当前密码相同"


class ActivationRefused(Invalid):
    code, title = "activation_refused", "工号或激活码不正确，或激活码已失效"


class StaffNoTaken(Conflict):
    code, title = "staff_no_taken", "这个工号已有人使用"


class StaffNoLikePhone(Invalid):
    """A sign-in name would be ambiguous."""

    code, title = "staff_no_like_phone", "工号不能与手机号的形式相同"


class PhoneTaken(Conflict):
    code, title = "phone_taken", "这个手机号已登记在另一个账号上"


class IdNumberTaken(Conflict):
    code, title = "id_number_taken", "这个身份证号已登记在另一位教师名下"


class OwnAccount(Conflict):
    code, title = "own_account", "不能管理自己的账号，请由其他管理员办理"


class BeyondReach(Conflict):
    """Whoever sets an account's password acts with its roles, so these must not reach further."""

    code, title = "beyond_reach", "该账号在您管理范围之外另有岗位，须由上级管理员办理"


class RoleMisplaced(Invalid):
    code, title = "role_misplaced", "这个岗位不能设在这类机构"


class BindingExists(Conflict):
    code, title = "binding_exists", "该账号在这个机构已有这个岗位"


class AccountDisabled(Conflict):
    code, title = "account_disabled", "该账号已停用"


class WrongDates(Invalid):
    code, title = "wrong_dates", "结束日期不能早于开始日期"


class GrantNotOffered(BadRequest):
    code, title = "unsupported_grant_type", "不支持这种授权方式"


def wait_after(attempts: int, last_tried_at: datetime, now: datetime) -> timedelta | None:
    """How long to wait when the `attempts`-th try is one too many; else None.

    `last_tried_at`: the last try that was let through.
    """
    if attempts <= ATTEMPTS:
        return None
    return max(last_tried_at + WINDOW - now, timedelta(seconds=1))


class Renewal(StrEnum):
    """What a presented refresh token earns."""

    advance = "advance"
    """The next link of the chain."""
    repeat = "repeat"
    """The same next link again: two pages of one browser asked at once, or the answer got lost."""
    reuse = "reuse"
    """Nothing, and the chain ends: somebody else holds a copy."""
    ended = "ended"
    """Nothing: expired or signed out."""


@dataclass(frozen=True)
class Link:
    """A refresh token as it stands; `next_used` tells whether its successor was used already."""

    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None
    next_used: bool


def renewal(link: Link, now: datetime) -> Renewal:
    """A used link is forgiven for `GRACE` while nobody has used its successor."""
    if link.revoked_at is not None or link.expires_at <= now:
        return Renewal.ended
    if link.used_at is None:
        return Renewal.advance
    if now - link.used_at <= GRACE and not link.next_used:
        return Renewal.repeat
    return Renewal.reuse


def capacity_to_manage(
    reach: Mapping[Role, Sequence[str]], places: Iterable[str], roles: Iterable[Role]
) -> Role:
    """The role in which an account may be managed; `BeyondReach` when there is none.

    `reach`: the paths of the manager's roles; `places` and `roles`: where the account is kept and what it
    holds. An administrator stands at or above every place; a school's clerk manages accounts that teach
    there and do nothing else.
    """
    everywhere, only_teaches = list(places), all(role is Role.teacher for role in roles)
    for role in (Role.administrator, Role.school_clerk):
        above = tuple(reach.get(role, ()))
        covered = bool(above) and all(place.startswith(above) for place in everywhere)
        if covered and (role is Role.administrator or only_teaches):
            return role
    raise BeyondReach


def refuse_phone_like(staff_no: str) -> None:
    if re.fullmatch(r"1[3-9][0-9]{9}", staff_no):
        field = FieldError("/staff_no", StaffNoLikePhone.code, StaffNoLikePhone.title)
        raise StaffNoLikePhone(errors=[field])


def refuse_misplaced(role: Role, kind: str, pointer: str = "/role") -> None:
    """`RoleMisplaced` when `role` does not exist at organisations of this kind."""
    if kind not in ROLE_PLACES[role]:
        field = FieldError(pointer, RoleMisplaced.code, RoleMisplaced.title)
        raise RoleMisplaced(errors=[field])
