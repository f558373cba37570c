"""A claim walks its route on a real database: who may act, what is posted, what comes back."""

import pytest
from sqlalchemy import select
from sqlmodel import col

from tests.make.approvals import act, adopt_policy, make_claim
from tests.make.city import CityFixture, make_city
from xuefen.approvals import rules
from xuefen.approvals.states import ClaimState
from xuefen.core.db import Database
from xuefen.ledger.models import Account, AccountKind, LedgerEntry
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.policy.worth import ExamNotPassed


@pytest.fixture
async def city(database: Database) -> CityFixture:
    city = await make_city(database)
    await adopt_policy(database, city.city)
    return city


async def posted(database: Database, city: CityFixture) -> list[LedgerEntry]:
    async with database.read() as db:
        return list(await db.scalars(select(LedgerEntry).where(col(LedgerEntry.city_id) == city.id)))


@pytest.mark.requirement("003-15", "003-21", "003-30")
async def test_a_school_claim_passes_three_desks_and_is_posted_once(database: Database, city: CityFixture):
    claim = await make_claim(database, city.teacher)
    assert (claim.state, claim.desk_id) == (ClaimState.draft, city.school.id)
    claim = await act(database, city.clerk, claim.id)
    assert (claim.state, claim.desk_id) == (ClaimState.registered, city.north.id)
    claim = await act(database, city.north_reviewer, claim.id)
    assert (claim.state, claim.desk_id) == (ClaimState.reviewed, city.city.id)
    assert await posted(database, city) == []
    claim = await act(database, city.auditor, claim.id)
    assert (claim.state, claim.desk_id) == (ClaimState.audited, None)
    [entry] = await posted(database, city)
    assert (entry.credits_centi, entry.teacher_id, entry.sequence) == (400, city.teacher.teacher_id, 1)
    with pytest.raises(rules.ClaimFinal):
        await act(database, city.second_auditor, claim.id)


async def test_the_running_total_follows_every_post(database: Database, city: CityFixture):
    for _ in range(3):
        claim = await make_claim(database, city.teacher)
        for who in (city.clerk, city.north_reviewer, city.auditor):
            await act(database, who, claim.id)
    async with database.read() as db:
        account = (await db.scalars(select(Account).where(col(Account.kind) == AccountKind.teacher))).one()
    assert (account.balance_centi, account.entries) == (1200, 3)
    assert [entry.sequence for entry in await posted(database, city)] == [1, 2, 3]


async def test_nobody_acts_at_two_steps_but_may_act_again_at_the_same(database: Database, city: CityFixture):
    claim = await make_claim(
        database,
        city.teacher,
        category="post_training",
        level=Level.city,
        mode=DeliveryMode.onsite,
        sponsor_id=city.city.id,
    )
    await act(database, city.auditor, claim.id)
    with pytest.raises(rules.SamePerson):
        await act(database, city.auditor, claim.id)
    await act(database, city.second_auditor, claim.id, "return", reason_code="evidence_unclear")
    claim = await act(database, city.auditor, claim.id)
    assert claim.state is ClaimState.registered
    with pytest.raises(rules.SamePerson):
        await act(database, city.auditor, claim.id)
    claim = await act(database, city.second_auditor, claim.id)
    assert claim.state is ClaimState.audited


async def test_a_returned_claim_walks_every_later_step_again(database: Database, city: CityFixture):
    claim = await make_claim(database, city.teacher)
    await act(database, city.clerk, claim.id)
    await act(database, city.north_reviewer, claim.id)
    claim = await act(
        database,
        city.auditor,
        claim.id,
        "return",
        reason_code="evidence_unclear",
        return_to=rules.ReturnTo.maker,
    )
    assert (claim.state, claim.step, claim.desk_id) == (ClaimState.returned, 0, city.school.id)
    for who in (city.clerk, city.north_reviewer, city.auditor):
        claim = await act(database, who, claim.id)
    assert claim.state is ClaimState.audited
    assert len(await posted(database, city)) == 1


async def test_the_unit_that_acted_may_withdraw_until_the_next_tier_acts(
    database: Database, city: CityFixture
):
    claim = await make_claim(database, city.teacher)
    await act(database, city.clerk, claim.id)
    await act(database, city.north_reviewer, claim.id)
    with pytest.raises(rules.NotYourDesk):
        await act(database, city.clerk, claim.id, "withdraw")
    claim = await act(database, city.north_reviewer, claim.id, "withdraw")
    assert (claim.state, claim.desk_id) == (ClaimState.registered, city.north.id)
    claim = await act(database, city.clerk, claim.id, "withdraw")
    assert (claim.state, claim.desk_id) == (ClaimState.draft, city.school.id)
    claim = await act(database, city.clerk, claim.id, "withdraw")
    assert (claim.state, claim.desk_id) == (ClaimState.withdrawn, None)


async def test_less_may_be_granted_and_that_much_is_posted(database: Database, city: CityFixture):
    claim = await make_claim(database, city.teacher)
    await act(database, city.clerk, claim.id)
    await act(database, city.north_reviewer, claim.id, credits_centi=250)
    with pytest.raises(rules.GrantTooHigh):
        await act(database, city.auditor, claim.id, credits_centi=500)
    await act(database, city.auditor, claim.id)
    [entry] = await posted(database, city)
    assert entry.credits_centi == 250


@pytest.mark.requirement("003-38")
async def test_the_award_for_educational_technology_needs_its_exam(database: Database, city: CityFixture):
    claim = await make_claim(
        database,
        city.teacher,
        category="edtech",
        level=Level.county,
        mode=DeliveryMode.blended,
        sponsor_id=city.north.id,
        hours_centi=8000,
        credits_centi=8000,
    )
    assert claim.desk_id == city.city.id
    with pytest.raises(ExamNotPassed):
        await act(database, city.auditor, claim.id)


@pytest.mark.requirement("003-41")
async def test_safety_leaves_a_record_of_participation_and_no_credit(database: Database, city: CityFixture):
    claim = await make_claim(database, city.teacher, category="safety", credits_centi=0)
    claim = await act(database, city.clerk, claim.id)
    assert (claim.state, claim.desk_id) == (ClaimState.registered, None)
    assert await posted(database, city) == []
