"""The tree: what may hang under what."""

import pytest

from xuefen.organisations import rules
from xuefen.organisations.kinds import OrganisationKind as Kind

ALLOWED = {
    (Kind.county, Kind.city),
    (Kind.union, Kind.county),
    (Kind.school, Kind.city),
    (Kind.school, Kind.county),
    (Kind.school, Kind.union),
    (Kind.provider, Kind.city),
    (Kind.provider, Kind.county),
    (Kind.provider, Kind.school),
}


# 株教函〔2014〕29号 五(二): 市教师培训中心, 县(市)区, 学校; 市直属学校 hang under the city.
# seed 002-1: 乡镇联校 train the teachers of their township.
@pytest.mark.requirement("003-01", "000-12")
@pytest.mark.parametrize("parent", Kind)
@pytest.mark.parametrize("kind", Kind)
def test_a_unit_stands_only_where_the_notice_has_a_place_for_it(kind: Kind, parent: Kind) -> None:
    if (kind, parent) in ALLOWED:
        assert rules.child_path(kind, "S01", parent, "430200/") == "430200/S01/"
        return
    with pytest.raises(rules.WrongParent):
        rules.child_path(kind, "S01", parent, "430200/")


def test_a_path_fits_its_column() -> None:
    parent = "430200/" * 28
    assert len(rules.child_path(Kind.school, "123", Kind.union, parent)) == rules.MAX_PATH
    with pytest.raises(rules.PathTooLong):
        rules.child_path(Kind.school, "1234", Kind.union, parent)
