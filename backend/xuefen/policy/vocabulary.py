"""The closed lists that packs and standings speak in, with the words that people read."""

from enum import StrEnum


class Group(StrEnum):
    """The five families of categories that pages tell apart by colour."""

    school = "school"
    edtech = "edtech"
    post = "post"
    special = "special"
    management = "management"


GROUP_NAMES = {
    Group.school: "校本",
    Group.edtech: "教育技术",
    Group.post: "岗位",
    Group.special: "专项",
    Group.management: "管理岗位",
}


class Audience(StrEnum):
    """培训对象: as table 1 of 株教函〔2014〕29号 names them, and those whom other notices add."""

    everyone = "everyone"
    backbone = "backbone"
    master_candidate = "master_candidate"
    weak_subject = "weak_subject"
    off_subject = "off_subject"
    novice = "novice"
    ordinary = "ordinary"
    counsellor = "counsellor"
    homeroom = "homeroom"
    principal = "principal"
    degree_seeker = "degree_seeker"
    applicant = "applicant"
    cadre = "cadre"
    trainer = "trainer"
    registration_deferred = "registration_deferred"


class Unit(StrEnum):
    """What a requirement is written in; it is judged in its clause's own unit."""

    credits = "credits"
    hours = "hours"
    times = "times"
    """Trainings, counted; one is 100 hundredths like every other unit."""


UNIT_NAMES = {Unit.credits: "学分", Unit.hours: "学时", Unit.times: "次"}
