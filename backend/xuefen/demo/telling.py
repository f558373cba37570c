"""What is printed when the demo city stands: who can sign in, and who is worth looking at."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from xuefen.demo.accounts import CLIENT_ID, OPEN, PLATFORM_NAME, ROLE_NAMES
from xuefen.demo.city import DemoCity
from xuefen.demo.people import COUNTED, SHOWCASE
from xuefen.demo.places import NEW_PRINCIPAL
from xuefen.demo.situations import SITUATIONS
from xuefen.people.models import Post


def tell_city(say: Console, city: DemoCity, password: str, secret: str) -> None:
    """The accounts, the teachers with a story, the password, and the platform's key."""
    say.print(
        f"演示城市 {city.tree.city.name}：{len(city.tree.counties)} 个县区，{len(city.tree.schools)} 所学校，"
        f"{len(city.people)} 名教师，{len(city.earned)} 笔学分（以 {city.days.today} 为今天）",
        soft_wrap=True,
    )
    say.print(_accounts(city))
    say.print(_stories())
    say.print(_schools(city), highlight=False, soft_wrap=True)
    say.print(f"以上账号的密码：{password}", highlight=False, soft_wrap=True)
    say.print(f"{PLATFORM_NAME} client_id：{CLIENT_ID}", highlight=False, soft_wrap=True)
    say.print(f"{PLATFORM_NAME} client_secret：{secret}", highlight=False, soft_wrap=True)
    codes = "、".join(one.code for one in city.classes if one.is_out and one.opening.is_taught_online)
    say.print(f"{PLATFORM_NAME} 可报送的项目：{codes}", highlight=False, soft_wrap=True)


def tell_existing(say: Console, staff_numbers: Iterable[str]) -> None:
    """That nothing was loaded, and which of the demo's accounts there are."""
    listed = "、".join(staff_numbers)
    say.print("数据库里已经有一个市，不再装入演示数据。", highlight=False)
    if listed:
        say.print(f"演示账号：{listed}（密码在装入时已打印）", highlight=False, soft_wrap=True)


def _accounts(city: DemoCity) -> Table:
    table = Table("登录账号", "身份", "姓名", "单位", title="演示账号")
    showcase = city.person(SHOWCASE)
    table.add_row(SHOWCASE, "教师", showcase.name, showcase.school.name)
    officers = {officer.staff_no: officer for officer in city.staff.officers}
    for staff_no in OPEN:
        if officer := officers.get(staff_no):
            table.add_row(staff_no, ROLE_NAMES[officer.role], officer.name, officer.node.name)
    return table


def _stories() -> Table:
    table = Table("登录账号", "姓名", "情形", title="值得一看的教师")
    for situation in SITUATIONS:
        table.add_row(situation.staff_no, situation.name, situation.told)
    return table


def _schools(city: DemoCity) -> str:
    """The schools around the line of 20 %, and the one with a new principal."""
    shares = "，".join(f"{name} {percent}%" for name, percent in COUNTED.items())
    principal = next(
        person
        for person in city.people
        if person.school.name == NEW_PRINCIPAL and person.holds(Post.principal, city.days.today)
    )
    return (
        f"{city.days.last_year} 年度不满 72 学分的教师：{shares}\n"
        f"新任校长：{principal.name}（{principal.staff_no}，{NEW_PRINCIPAL}）"
    )
