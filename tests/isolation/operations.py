"""Every operation of the contract: which roles its binding permits, and on what kind of object it acts.

Written by hand from DOMAIN section 1 and 3, not read from the code: an operation that is missing here
fails the test, and so does one whose roles have changed without this table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

Body = Callable[[UUID], dict[str, Any]]
TODAY = date.today()  # noqa: DTZ011 - only a day that a form would hold

EVERYONE = frozenset(
    {
        "teacher",
        "school_clerk",
        "county_reviewer",
        "city_auditor",
        "provider_staff",
        "teacher_office",
        "finance",
        "supervisor",
        "administrator",
    }
)
UNITS = frozenset(
    {"school_clerk", "county_reviewer", "city_auditor", "teacher_office", "supervisor", "administrator"}
)
DESKS = frozenset({"school_clerk", "county_reviewer", "city_auditor"})
MAKERS = frozenset({"provider_staff", "county_reviewer", "city_auditor"})
AUTHORITIES = frozenset({"county_reviewer", "city_auditor"})
AUDITOR = frozenset({"city_auditor"})
ADMINISTRATOR = frozenset({"administrator"})
KEEPERS = frozenset({"school_clerk", "administrator"})
CENTRE = frozenset({"provider_staff"})
TEACHER = frozenset({"teacher"})
PLATFORM_KEEPERS = frozenset({"administrator", "city_auditor"})


@dataclass(frozen=True)
class Operation:
    """`roles` None: open to anybody. `kind`: the object in the path, or with `body` in the body.

    `inside`: an object that the body names is refused within a 200. `listed`: a list, which must not
    show any foreign id.
    """

    roles: frozenset[str] | None
    kind: str | None = None
    body: Body | None = None
    query: str = ""
    platform: bool = False
    form: bool = False
    inside: bool = False


def _new(**fields: Any) -> Body:
    return lambda _: {"id": str(uuid4()), **fields}


def _days(number: int) -> str:
    return (TODAY + timedelta(days=number)).isoformat()


def _program(organisation: UUID) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "title": "课堂观察",
        "sponsor_id": str(organisation),
        "provider_id": str(organisation),
        "category": "post_training",
        "level": "county",
        "mode": "onsite",
        "hours": "6.00",
    }


def _batch(teacher: UUID) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "title": "集体备课",
        "category": "school_based",
        "organisation_id": "OWN_UNIT",
        "mode": "school_based",
        "event_on": _days(-1),
        "hours": "2.00",
        "credits": "2.00",
        "items": [{"id": str(uuid4()), "teacher_id": str(teacher)}],
    }


def _marks(_: UUID) -> dict[str, Any]:
    return {"marks": [{"enrollment_id": str(uuid4()), "mark": "present", "version": 0}]}


def _results(_: UUID) -> dict[str, Any]:
    return {"results": [{"enrollment_id": str(uuid4()), "result": "pass", "version": 0}]}


def _empty(_: UUID) -> dict[str, Any]:
    return {}


RUN = _new(
    name="第二期",
    starts_on=_days(20),
    ends_on=_days(21),
    enroll_opens_at=f"{_days(0)}T00:00:00Z",
    enroll_closes_at=f"{_days(10)}T00:00:00Z",
    quota=10,
)
SESSION = _new(starts_at=f"{_days(14)}T06:00:00Z", ends_at=f"{_days(14)}T07:00:00Z")

OPERATIONS: dict[str, Operation] = {
    # anybody
    "get_liveness": Operation(None),
    "get_readiness": Operation(None),
    "get_key_set": Operation(None),
    "create_token": Operation(None, form=True),
    "refresh_token": Operation(None),
    "sign_out": Operation(None),
    "activate_account": Operation(
        None, body=lambda _: {"staff_no": "N", "secret": "s", "new_password": "a-phrase-to-remember"}
    ),
    # everyone signed in
    "get_me": Operation(EVERYONE),
    "change_password": Operation(
        EVERYONE, body=lambda _: {"current_password": "wrong", "new_password": "a-phrase-to-remember"}
    ),
    "list_menu": Operation(EVERYONE),
    "list_programs": Operation(EVERYONE),
    "get_program": Operation(EVERYONE, "program"),
    "list_class_runs": Operation(EVERYONE, "program"),
    "get_class_run": Operation(EVERYONE, "run"),
    "list_class_sessions": Operation(EVERYONE, "run"),
    # organisations, people, accounts
    "list_organisations": Operation(UNITS | CENTRE),
    "get_organisation": Operation(UNITS | CENTRE, "organisation"),
    "create_organisation": Operation(
        ADMINISTRATOR,
        "organisation",
        lambda parent: {
            "id": str(uuid4()),
            "kind": "provider",
            "parent_id": str(parent),
            "code": "X1",
            "name": "工作室",
        },
    ),
    "edit_organisation": Operation(ADMINISTRATOR, "organisation", lambda _: {"name": "新名"}),
    "list_teachers": Operation(UNITS),
    "get_teacher": Operation(UNITS | TEACHER, "teacher"),
    "create_teacher": Operation(
        KEEPERS,
        "organisation",
        lambda school: {
            "id": str(uuid4()),
            "staff_no": "NEW001",
            "name": "新来的",
            "school_id": str(school),
            "stage": "primary",
            "subject": "语文",
            "hired_on": "2020-09-01",
        },
    ),
    "edit_teacher": Operation(KEEPERS, "teacher", lambda _: {"subject": "数学"}),
    "give_post": Operation(KEEPERS, "teacher", _new(post="cadre", from_on="2026-01-01")),
    "end_post": Operation(KEEPERS, "post", _empty),
    "list_users": Operation(ADMINISTRATOR),
    "get_user": Operation(ADMINISTRATOR, "user"),
    "create_user": Operation(
        ADMINISTRATOR,
        "organisation",
        lambda unit: {
            "id": str(uuid4()),
            "staff_no": "NEW002",
            "name": "新账号",
            "organisation_id": str(unit),
        },
    ),
    "grant_role": Operation(
        ADMINISTRATOR,
        "user",
        _new(role="supervisor", organisation_id="OWN_UNIT", from_on="2026-01-01"),
    ),
    "end_role": Operation(ADMINISTRATOR, "binding", _empty),
    "disable_user": Operation(ADMINISTRATOR, "user"),
    "enable_user": Operation(ADMINISTRATOR, "user"),
    "issue_activation": Operation(KEEPERS, "user"),
    "list_audit_events": Operation(ADMINISTRATOR),
    # the roster
    "get_import_template": Operation(DESKS | ADMINISTRATOR),
    "create_import": Operation(DESKS | ADMINISTRATOR, form=True),
    "get_import": Operation(DESKS | ADMINISTRATOR, "import"),
    "commit_import": Operation(DESKS | ADMINISTRATOR, "import"),
    # programs
    "create_program": Operation(MAKERS, "organisation", _program),
    "edit_program": Operation(MAKERS, "program", lambda _: {"title": "新题"}),
    "submit_program": Operation(MAKERS, "program"),
    "approve_program": Operation(AUTHORITIES, "program"),
    "return_program": Operation(AUTHORITIES, "program", lambda _: {"note": "补课表"}),
    "publish_program": Operation(MAKERS, "program"),
    "close_program": Operation(MAKERS, "program"),
    "create_class_run": Operation(MAKERS, "program", RUN),
    "create_class_session": Operation(MAKERS, "run", SESSION),
    # enrolment and attendance
    "create_enrollment": Operation(TEACHER, "offer", lambda run: {"id": str(uuid4()), "run_id": str(run)}),
    "list_enrollments": Operation(TEACHER),
    "withdraw_enrollment": Operation(TEACHER, "enrollment"),
    "list_roster": Operation(CENTRE, "run"),
    "put_attendance": Operation(CENTRE, "session", _marks),
    "put_results": Operation(CENTRE, "run", _results),
    "conclude_class_run": Operation(CENTRE, "run"),
    # claims
    "list_claims": Operation(UNITS | TEACHER),
    "get_claim": Operation(UNITS | TEACHER, "claim"),
    "edit_claim": Operation(DESKS | ADMINISTRATOR, "claim", lambda _: {"title": "新题"}),
    "decide_claim": Operation(DESKS | ADMINISTRATOR, "claim", lambda _: {"verdict": "approve"}),
    "decide_claims": Operation(
        DESKS | ADMINISTRATOR,
        "claim",
        lambda claim: {"verdict": "approve", "items": [{"id": str(claim), "version": 1}]},
        inside=True,
    ),
    "declare_claim": Operation(
        TEACHER,
        body=_new(
            title="教学比赛一等奖",
            category="policy_bonus",
            mode="onsite",
            event_on=_days(-1),
            hours="0.00",
            credits="2.00",
        ),
    ),
    "register_claims": Operation(DESKS, "teacher", _batch),
    # the record
    "get_my_standing": Operation(TEACHER),
    "list_my_entries": Operation(TEACHER),
    "get_standing": Operation(UNITS, "teacher"),
    "list_entries": Operation(UNITS, "teacher"),
    "get_my_plan": Operation(TEACHER),
    "get_plan": Operation(UNITS, "teacher"),
    "reverse_entry": Operation(
        DESKS,
        "entry",
        lambda entry: {"id": str(uuid4()), "entry_id": str(entry), "reason_code": "other"},
    ),
    "verify_ledger": Operation(UNITS | TEACHER, "teacher", query="teacher_id"),
    # the rules
    "list_policies": Operation(EVERYONE),
    "get_policy": Operation(EVERYONE, "policy"),
    "compare_policies": Operation(EVERYONE, "policy", query="against"),
    "create_policy": Operation(
        ADMINISTRATOR,
        "organisation",
        lambda unit: {
            "id": str(uuid4()),
            "organisation_id": str(unit),
            "from_on": _days(30),
            "pack_key": "three-tier",
        },
    ),
    "check_policy": Operation(ADMINISTRATOR, body=lambda _: {"text": "key = 1", "overrides": {}}),
    "adopt_policy": Operation(ADMINISTRATOR, "policy"),
    "withdraw_policy": Operation(ADMINISTRATOR, "policy"),
    "preview_policy": Operation(ADMINISTRATOR | AUTHORITIES, "policy", _empty),
    # exemptions and ethics vetoes
    "propose_exemption": Operation(
        DESKS,
        "teacher",
        _new(kind="sick_leave", from_on=_days(-30), until_on=_days(30), evidence="病假条"),
    ),
    "list_teacher_exemptions": Operation(UNITS | TEACHER, "teacher"),
    "list_exemptions": Operation(UNITS),
    "decide_exemption": Operation(AUTHORITIES, "exemption", lambda _: {"verdict": "approve"}),
    "record_ethics_veto": Operation(
        AUTHORITIES,
        "teacher",
        _new(document_no="教通〔2026〕3号", from_on=_days(-1), until_on=_days(300)),
    ),
    "list_ethics_vetoes": Operation(DESKS | {"teacher_office"} | TEACHER, "teacher"),
    "lift_ethics_veto": Operation(AUTHORITIES, "veto"),
    "reply_to_ethics_veto": Operation(TEACHER, "veto", lambda _: {"text": "情况说明"}),
    # reports on the year and the cycle
    "report_teachers_below": Operation(UNITS),
    "report_schools": Operation(UNITS),
    "report_counties": Operation(UNITS, "organisation", query="organisation_id"),
    "report_eligibility": Operation(UNITS),
    "report_coverage": Operation(UNITS, "organisation", query="organisation_id"),
    # yearly closing, verdicts, bulletins, interviews
    "list_closings": Operation(UNITS),
    "open_closing": Operation(
        AUDITOR,
        "organisation",
        lambda unit: {"id": str(uuid4()), "organisation_id": str(unit), "kind": "year", "on": "2025-06-30"},
    ),
    "get_closing": Operation(UNITS, "closing"),
    "advance_closing": Operation(AUDITOR, "closing"),
    "refresh_closing": Operation(AUTHORITIES, "closing"),
    "verify_closing": Operation(frozenset({"county_reviewer"}), "closing"),
    "close_closing": Operation(AUDITOR, "closing"),
    "list_closing_figures": Operation(UNITS, "closing"),
    "list_closing_corrections": Operation(UNITS, "closing"),
    "settle_objection": Operation(
        AUTHORITIES, "closing", lambda _: {"teacher_id": str(uuid4()), "resolution": "已核对"}
    ),
    "list_my_closings": Operation(TEACHER),
    "answer_closing": Operation(TEACHER, "closing", lambda _: {"answer": "confirmed"}),
    "list_verdicts": Operation(AUTHORITIES),
    "get_verdict": Operation(AUTHORITIES, "verdict"),
    "decide_verdict": Operation(AUTHORITIES, "verdict", lambda _: {"verdict": "confirm"}),
    "decide_verdicts": Operation(
        AUTHORITIES,
        "verdict",
        lambda verdict: {"verdict": "confirm", "items": [{"id": str(verdict), "version": 1}]},
        inside=True,
    ),
    "list_bulletins": Operation(EVERYONE),
    "draft_bulletin": Operation(
        AUTHORITIES,
        "closing",
        lambda closing: {
            "id": str(uuid4()),
            "organisation_id": "OWN_UNIT",
            "closing_id": str(closing),
            "title": "通报",
            "body": "正文",
        },
    ),
    "get_bulletin": Operation(EVERYONE, "bulletin"),
    "edit_bulletin": Operation(AUTHORITIES, "bulletin", lambda _: {"title": "新题"}),
    "publish_bulletin": Operation(AUTHORITIES, "bulletin"),
    "list_interviews": Operation(AUTHORITIES),
    "arrange_interview": Operation(
        AUTHORITIES,
        "organisation",
        lambda school: {"id": str(uuid4()), "school_id": str(school), "due_on": _days(30)},
    ),
    "record_interview": Operation(
        AUTHORITIES, "interview", lambda _: {"outcome": "cancelled", "record": "改期"}
    ),
    # measures of accountability
    "get_budget": Operation(UNITS, "organisation"),
    "put_budget": Operation(
        DESKS,
        "organisation",
        lambda _: {"public_funds_fen": 10_000, "payroll_fen": 20_000, "training_fen": 500},
    ),
    "report_funding": Operation(UNITS),
    "report_degrees": Operation(UNITS),
    "report_duties": Operation(UNITS),
    "report_programs": Operation(UNITS | CENTRE),
    # platforms
    "create_platform": Operation(PLATFORM_KEEPERS, body=_new(name="又一平台", scopes=["completions.read"])),
    "list_platforms": Operation(PLATFORM_KEEPERS),
    "disable_platform": Operation(PLATFORM_KEEPERS, "platform"),
    "renew_platform_secret": Operation(PLATFORM_KEEPERS, "platform"),
    "sync_completions": Operation(frozenset(), body=lambda _: {"items": []}, platform=True),
    "list_completions": Operation(frozenset(), platform=True),
}
