"""The words that schools write in a roster (花名册), and what they stand for here.

A word that could stand for two things is not listed: the row is then refused, and a person decides.
"""

from collections.abc import Mapping

from xuefen.people.degrees import Degree
from xuefen.people.models import Post, Stage

_STAGES: Mapping[Stage, tuple[str, ...]] = {
    Stage.kindergarten: ("幼儿园", "学前", "学前教育", "幼教"),
    Stage.primary: ("小学", "小学部"),
    Stage.junior: ("初中", "初级中学", "初中部"),
    Stage.senior: ("高中", "普高", "普通高中", "高级中学", "高中部"),
    Stage.vocational: ("中职", "职高", "职业高中", "职业中学", "中等职业", "中等职业学校", "中专"),
    Stage.special: ("特教", "特殊教育", "特校", "特殊教育学校"),
}

_POSTS: Mapping[Post, tuple[str, ...]] = {
    Post.principal: ("校长", "园长"),
    Post.principal_designate: ("拟任校长", "拟任园长"),
    Post.cadre: ("干部", "中层干部", "管理干部"),
    Post.homeroom: ("班主任",),
    Post.backbone: ("骨干教师", "骨干"),
    Post.master_candidate: ("名师培养对象", "名教师培养对象"),
    Post.counsellor: ("心理健康教师", "心理教师", "心理辅导教师"),
    Post.off_subject: ("专业不对口教师", "专业不对口"),
    Post.trainer: ("培训者", "专职培训者", "兼职培训者"),
}

NO_POST = frozenset({"无", "教师", "教员", "任课教师", "专任教师", "普通教师"})
"""What stands in the column when there is nothing beside teaching."""

_DEGREES: Mapping[Degree, tuple[str, ...]] = {
    Degree.associate: ("大专", "专科", "大学专科", "高职"),
    Degree.bachelor: ("本科", "大学本科", "大学", "学士"),
    Degree.master: ("研究生", "硕士研究生", "博士研究生", "硕士", "博士"),
}

BELOW_DEGREES = frozenset({"无", "中专", "中师", "高中", "高中及以下", "中专及以下"})
"""What is no degree that anything here asks about."""

_SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "语文": (),
    "数学": (),
    "英语": ("外语", "大学英语"),
    "俄语": (),
    "日语": (),
    "物理": (),
    "化学": (),
    "生物": ("生物学",),
    "历史": (),
    "地理": (),
    "道德与法治": ("道法", "品德", "思品", "思想品德", "品德与生活", "品德与社会"),
    "思想政治": ("政治",),
    "科学": ("自然",),
    "音乐": (),
    "美术": (),
    "艺术": (),
    "体育": ("体育与健康", "体健"),
    "信息技术": ("信息", "计算机", "信息科技", "电脑"),
    "通用技术": ("通技",),
    "劳动": ("劳技", "劳动技术", "劳动教育"),
    "综合实践": ("综合实践活动", "综合"),
    "心理健康": ("心理", "心理健康教育"),
    "书法": (),
    "学前教育": ("幼儿教育", "保教", "幼教", "学前"),
    "特殊教育": ("特教",),
    "其他": ("其它", "无", "教辅", "行政"),
}


STAGES: Mapping[str, Stage] = {word: stage for stage, words in _STAGES.items() for word in words}
STAGE_CHOICES = "、".join(words[0] for words in _STAGES.values())
POSTS: Mapping[str, Post] = {word: post for post, words in _POSTS.items() for word in words}
POST_CHOICES = "、".join(words[0] for words in _POSTS.values())
DEGREES: Mapping[str, Degree] = {
    word: degree for degree, words in _DEGREES.items() for word in (degree.value, *words)
}
DEGREE_CHOICES = "、".join(words[0] for words in _DEGREES.values())
SUBJECTS: Mapping[str, str] = {word: name for name, words in _SUBJECTS.items() for word in (name, *words)}
SUBJECT_CHOICES = "、".join(_SUBJECTS)
