"""The empty roster to fill in. What a cell should hold is said below its column's name."""

from collections.abc import Mapping

from xuefen.core.spreadsheet_writer import write_xlsx
from xuefen.people.roster.columns import Column
from xuefen.people.roster.words import DEGREE_CHOICES, POST_CHOICES, STAGE_CHOICES

FILENAME = "教师名册模板.xlsx"

_GUIDE: Mapping[Column, tuple[str, str]] = {
    Column.staff_no: ("说明：必填，全市唯一", "示例0001"),
    Column.name: ("必填", "林小满"),
    Column.school_code: ("代码和名称填一个；只有一所学校的可不填", "S012"),
    Column.school_name: ("与系统中的名称一致", "河东小学"),
    Column.stage: (f"必填：{STAGE_CHOICES}", "小学"),
    Column.subject: ("必填，填主要任教学科", "语文"),
    Column.hired_on: ("必填，如 2014-09-01", "2014-09-01"),
    Column.degree: (f"选填，填最高学历：{DEGREE_CHOICES}", "本科"),
    Column.phone: ("选填，可用来登录", "13800000000"),
    Column.id_number: ("选填；此列须为文本格式", "11010519491231002X"),
    Column.posts: (
        f"选填，填现任的全部岗位：{POST_CHOICES}；用顿号隔开，可注明起始日期；留空不变，没有填“无”",
        "班主任（2024-09-01）、骨干教师",
    ),
}


async def template() -> bytes:
    """A workbook of the columns, what to write in them, and an example; both rows are passed over."""
    notes, examples = zip(*(_GUIDE[column] for column in Column), strict=True)
    return await write_xlsx(list(Column), [notes, examples], sheet="教师名册")
