"""A pack as people read it."""

import pytest

from tests.make.policy import zhuzhou
from xuefen.policy.pack import Pack, apply_overrides, load_pack, pack_keys
from xuefen.policy.telling import told


def lines(pack: Pack, title: str) -> dict[str, str]:
    """Text -> clause of one section."""
    [section] = [section for section in told(pack) if section.title == title]
    return {line.text: line.clause for line in section.lines}


@pytest.mark.parametrize("key", pack_keys())
def test_every_line_of_every_pack_is_told_with_its_clause(key: str) -> None:
    pack = load_pack(key)
    said = [line for section in told(pack) for line in section.lines]
    assert all(line.text and line.clause for line in said)
    text = "\n".join(line.text for line in said)
    rows = (
        *pack.categories,
        *pack.requirements,
        *pack.thresholds,
        *pack.targets,
        *pack.funding,
        *pack.duties,
    )
    assert [row.name for row in rows if f"{row.name}：" not in text] == []
    assert [row.kind for row in pack.requirements if row.kind in text] == []


def test_zhuzhou_reads_as_its_notice_does() -> None:
    requirements = lines(zhuzhou(), "要求")
    assert requirements["周期总学分：每周期满450学分；结业条件"] == "株教函〔2014〕29号 五(三)1"
    assert "班主任专题培训：班主任自任职起每5年“班主任培训”满30学时" in requirements
    assert (
        "适应性培训中的校本研训：新任教师任职一年内“新任教师适应性培训”（研训一体）满30学时" in requirements
    )
    [school_based] = [text for text in lines(zhuzhou(), "培训类别") if text.startswith("校本培训")]
    assert school_based == (
        "校本培训：每期满分12学分，超出部分不计入（school_based）；人人必修；主办不低于校培；形式为研训一体"
    )


def test_what_overrides_change_is_told_changed() -> None:
    changes = {"requirements": {"total": {"credits": 400, "binds": {"service_years": 1, "posts": ["cadre"]}}}}
    [total, *_] = lines(apply_overrides(zhuzhou(), changes), "要求")
    assert total == "周期总学分：每周期满400学分；适用于干部，任教满1年的人员；结业条件"


def test_what_a_pack_says_nothing_about_is_left_out() -> None:
    silent = apply_overrides(zhuzhou(), {"offsets": None, "exemptions": None, "ethics_veto": None})
    assert "抵扣与免修" not in [section.title for section in told(silent)]


def test_a_reading_stands_beside_its_line() -> None:
    [calendar, *_] = told(zhuzhou())
    readings = [line.reading for line in calendar.lines if line.text.startswith("周期中途入职")]
    assert readings == [zhuzhou().joining.reading]
