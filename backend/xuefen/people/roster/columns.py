"""The columns of a roster: what they are called, and where they stand in a sheet."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from xuefen.core.spreadsheets import HeaderNotFound


class Column(StrEnum):
    """The column's own name is its value; it is what messages and the template call it."""

    staff_no = "工号"
    name = "姓名"
    school_code = "学校代码"
    school_name = "学校名称"
    stage = "学段"
    subject = "学科"
    hired_on = "入职日期"
    degree = "学历"
    phone = "手机"
    id_number = "身份证号"
    posts = "岗位"


REQUIRED = (Column.staff_no, Column.name, Column.stage, Column.subject, Column.hired_on)

_OTHER_NAMES: Mapping[Column, tuple[str, ...]] = {
    Column.staff_no: ("教师工号", "职工号", "教工号", "教师编号", "人员编号"),
    Column.name: ("教师姓名",),
    Column.school_code: ("单位代码", "学校编码", "学校标识码"),
    Column.school_name: ("单位名称", "学校", "单位", "所在学校", "工作单位"),
    Column.stage: ("任教学段",),
    Column.subject: ("任教学科", "任教科目", "科目"),
    Column.hired_on: ("入职时间", "入职年月日", "参加工作日期", "参加工作时间", "任教日期"),
    Column.degree: ("最高学历", "学历层次", "文化程度"),
    Column.phone: ("手机号", "手机号码", "联系电话", "移动电话", "电话"),
    Column.id_number: ("身份证", "身份证号码", "公民身份号码", "证件号码", "身份证件号"),
    Column.posts: ("现任岗位", "岗位职务", "职务"),
}
_BY_NAME = {name: column for column in Column for name in (column.value, *_OTHER_NAMES.get(column, ()))}
_MARKS = re.compile(r"[\s*＊]|[（(].*[)）]$")
"""Blanks, the star of a required column, and a remark in brackets."""

GUIDES = ("说明", "示例")
"""A row whose staff number begins so is the template's own and no teacher."""


def positions(header: Sequence[str]) -> dict[Column, int]:
    """Where each column stands; others are passed over. `HeaderNotFound` (422) says what is missing."""
    places: dict[Column, int] = {}
    for place, name in enumerate(header):
        column = _BY_NAME.get(_MARKS.sub("", name))
        if column is None:
            continue
        if column in places:
            raise HeaderNotFound(f"有两列都是“{column}”，请删去一列")
        places[column] = place
    missing = [column for column in REQUIRED if column not in places]
    if missing:
        raise HeaderNotFound(f"表头缺少：{'、'.join(missing)}，请对照模板补上")
    return places
