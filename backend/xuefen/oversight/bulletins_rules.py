"""What a bulletin (通报) may name, and when it may be changed. Pure."""

from xuefen.core.errors import Conflict
from xuefen.oversight.models import BulletinState, ClosingFigure, SchoolVerdict, VerdictState


class BulletinPublished(Conflict):
    code, title = "bulletin_published", "通报已经发布，不能再改"


class BulletinEmpty(Conflict):
    code, title = "bulletin_empty", "通报没有列入学校或人员"


class VerdictNotConfirmed(Conflict):
    code, title = "verdict_not_confirmed", "处理意见经确认后才能通报"


class NotBelowTheLine(Conflict):
    code, title = "not_below_the_line", "名单中有人年度已达标，或不受该要求约束"


def require_draft(state: BulletinState) -> None:
    """What has been published stands as it was read."""
    if state is BulletinState.published:
        raise BulletinPublished


def require_confirmed(verdict: SchoolVerdict) -> None:
    """The system proposes, the authority confirms; only then is a school named."""
    if verdict.state is not VerdictState.confirmed:
        raise VerdictNotConfirmed


def require_below(figure: ClosingFigure) -> None:
    if figure.required_centi is None or figure.met:
        raise NotBelowTheLine
