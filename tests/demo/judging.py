"""What the rules say of the demo's people, and how their history is written, without a database."""

from collections import defaultdict

from xuefen.demo.city import POLICY, DemoCity
from xuefen.demo.history import Earned
from xuefen.demo.people import Person
from xuefen.demo.recognised import Recorder, training_of
from xuefen.organisations.policies import PolicyInForce
from xuefen.policy.calendar import Calendar
from xuefen.policy.entries import Entry
from xuefen.policy.entries import Person as Judged
from xuefen.policy.pack import Pack, apply_overrides, load_pack
from xuefen.policy.requirements import Standing, standing


def rules(city: DemoCity) -> Pack:
    return apply_overrides(load_pack(POLICY), city.overrides)


def entries(city: DemoCity) -> dict[Person, list[Entry]]:
    """What the ledger will hold, by person."""
    found: dict[Person, list[Entry]] = defaultdict(list)
    for number, one in enumerate(city.earned):
        found[one.person].append(entry(number, one))
    return found


def entry(number: int, one: Earned) -> Entry:
    training = training_of(one)
    return Entry(
        id=str(number),
        category=training.category,
        credits_centi=one.granted * 100,
        hours_centi=one.claimed * 100,
        event_on=one.event_on,
        level=training.level,
        mode=training.mode,
        exam_passed=training.exam_passed,
    )


def judged(person: Person) -> Judged:
    posts = tuple((str(post), since, until) for post, since, until in person.posts)
    return Judged(person.hired_on, person.stage, person.subject, posts)


def standing_of(city: DemoCity, staff_no: str) -> Standing:
    person = city.person(staff_no)
    earned = [one for one in city.earned if one.person is person]
    listed = [entry(number, one) for number, one in enumerate(earned)]
    return standing(rules(city), judged(person), listed, city.days.today)


def counted(answer: Standing, line: str) -> int:
    found = answer.line(line)
    assert found is not None
    return found.counted_centi // 100


def recorded(city: DemoCity) -> Recorder:
    """The rows of the history as they are written, under the city's rules."""
    pack = rules(city)
    policy = PolicyInForce(pack, Calendar(pack), "sha256", city.days.cycle_starts_on)
    recorder = Recorder(city.tree, city.staff, city.seed, city.days, policy)
    for one in city.earned:
        recorder.record(one)
    return recorder
