"""Closings as people see them: heads, progress, figures, and what a teacher may do until when."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.core.page import Page
from xuefen.organisations.policies import county_paths
from xuefen.organisations.viewer import Viewer
from xuefen.oversight import closing_queries
from xuefen.oversight.authorities import authority_path
from xuefen.oversight.closing_queries import BY_PERSON, LATEST_FIRST, Counts, FigureRow, closing_within
from xuefen.oversight.closing_schemas import (
    AnswerCounts,
    ClosingDetail,
    ClosingFigureOut,
    ClosingOut,
    ClosingQuery,
    CountyProgress,
    FigureQuery,
    FiguresOut,
    MyClosing,
    PersonHead,
    ResultCounts,
    UnitHead,
)
from xuefen.oversight.models import Answer, Closing, ClosingFigure, ClosingState, ClosingVerification
from xuefen.people.models import Teacher

Todo = Literal["register", "answer", "wait", "nothing"]


async def list_closings(db: AsyncSession, viewer: Viewer, query: ClosingQuery) -> Page[ClosingOut]:
    found = await db.scalars(LATEST_FIRST.select(closing_queries.closings(viewer, query), query))
    rows, token = LATEST_FIRST.cut(found.all(), query, lambda row: (row.starts_on, row.id))
    names = await closing_queries.names_of(db, viewer.city_id, [row.organisation_id for row in rows])
    return Page(items=[closing_out(row, names) for row in rows], next_page_token=token)


async def read_closing(db: AsyncSession, viewer: Viewer, closing_id: UUID) -> ClosingDetail:
    closing = await closing_within(db, viewer, closing_id)
    counties = await county_paths(db, viewer.city_id)
    ids = [closing.organisation_id, viewer.city_id]
    names = await closing_queries.names_of(db, viewer.city_id, ids)
    units = {path: UnitHead(id=identity, name=name) for path, (identity, name) in counties.items()}
    city = UnitHead(id=viewer.city_id, name=names[viewer.city_id])
    by_unit: defaultdict[str, Counts] = defaultdict(Counter)
    for path, counts in (await closing_queries.answers_by_path(db, viewer, closing.id)).items():
        by_unit[authority_path(path, counties.keys())] += counts
    results: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for path, sums in (await closing_queries.results_by_path(db, viewer, closing.id)).items():
        results[authority_path(path, counties.keys())] += sums
    verified = await closing_queries.verifications(db, closing)
    return ClosingDetail(
        **vars(closing_out(closing, names)),
        counts=_counts(sum(by_unit.values(), Counts())),
        results=_results(sum(results.values(), Counter())),
        counties=[
            _progress(units.get(path, city), by_unit[path], results[path], verified.get(path))
            for path in sorted(by_unit)
        ],
    )


async def list_figures(
    db: AsyncSession, viewer: Viewer, closing_id: UUID, query: FigureQuery
) -> Page[ClosingFigureOut]:
    closing = await closing_within(db, viewer, closing_id)
    statement = closing_queries.filtered(closing_queries.figures(viewer, closing.id), query)
    found = (await db.execute(BY_PERSON.select(statement, query))).all()
    shown = [FigureRow(*row) for row in found]
    rows, token = BY_PERSON.cut(shown, query, lambda row: (row.figure.teacher_id,))
    return Page(items=[figure_out(*row) for row in rows], next_page_token=token)


async def describe(db: AsyncSession, closing: Closing) -> ClosingOut:
    names = await closing_queries.names_of(db, closing.city_id, [closing.organisation_id])
    return closing_out(closing, names)


def closing_out(closing: Closing, names: Mapping[UUID, str]) -> ClosingOut:
    head = UnitHead(id=closing.organisation_id, name=names[closing.organisation_id])
    own = {name: getattr(closing, name) for name in ClosingOut.model_fields if name != "organisation"}
    return ClosingOut(organisation=head, **own)


def figures_out(figure: ClosingFigure) -> FiguresOut:
    return FiguresOut(
        unit=figure.unit,
        required=figure.required_centi,
        counted=figure.counted_centi,
        met=figure.met,
        exempt=figure.exempt,
        complete=figure.complete,
    )


def person_out(teacher: Teacher) -> PersonHead:
    return PersonHead(id=teacher.id, name=teacher.name, staff_no=teacher.staff_no)


def figure_out(figure: ClosingFigure, teacher: Teacher, school_name: str) -> ClosingFigureOut:
    return ClosingFigureOut(
        teacher=person_out(teacher),
        school=UnitHead(id=figure.school_id, name=school_name),
        figures=figures_out(figure),
        answer=figure.answer,
        answered_at=figure.answered_at,
        objection=figure.objection,
        resolution=figure.resolution,
        version=figure.version,
    )


def my_closing(
    closing: Closing, figure: ClosingFigure | None, school: UnitHead | None, today: date
) -> MyClosing:
    todo, text, until = _todo(closing, figure.answer if figure else None, today)
    return MyClosing(
        id=closing.id,
        kind=closing.kind,
        label=closing.label,
        state=closing.state,
        clause=closing.clause,
        todo=todo,
        text=text,
        until=until,
        school=school,
        figures=figures_out(figure) if figure else None,
        answer=figure.answer if figure else None,
        objection=figure.objection if figure else None,
        resolution=figure.resolution if figure else None,
        version=figure.version if figure else None,
    )


def _todo(closing: Closing, answer: Answer | None, today: date) -> tuple[Todo, str, date | None]:
    if closing.state is ClosingState.closed:
        return "nothing", "已审定，数据已冻结；之后的更正另行列出", None
    if closing.state is ClosingState.registering:
        return "register", "请核对学分明细，缺少的请学校在登记截止前登记", closing.registration_until
    if answer is Answer.objected:
        return "wait", "异议已提交，等待县区（市直属学校：市）处理", closing.verification_until
    if closing.state is ClosingState.confirming and today <= closing.objection_until:
        if answer is Answer.none:
            return "answer", "请确认本人数据，或写明异议", closing.objection_until
        return "nothing", "已答复；核对期内可以修改", closing.objection_until
    return "nothing", "核对期已过，等待核验和审定", closing.closing_on


def _counts(counts: Counts) -> AnswerCounts:
    return AnswerCounts(
        people=counts.total(),
        unanswered=counts[Answer.none],
        confirmed=counts[Answer.confirmed],
        objected=counts[Answer.objected],
        settled=counts[Answer.settled],
    )


def _results(sums: Counter[str]) -> ResultCounts:
    return ResultCounts(
        bound=sums["bound"],
        met=sums["met"],
        below=sums["bound"] - sums["met"],
        exempt=sums["exempt"],
        complete=sums["complete"],
    )


def _progress(
    unit: UnitHead, counts: Counts, sums: Counter[str], verification: ClosingVerification | None
) -> CountyProgress:
    return CountyProgress(
        organisation=unit,
        counts=_counts(counts),
        results=_results(sums),
        verified_at=verification.verified_at if verification else None,
    )
