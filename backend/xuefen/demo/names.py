"""Names of people who do not exist, put together from surnames and characters."""

from random import Random

SURNAMES = (
    "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
DOUBLE_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "令狐", "慕容")
GIVEN = (
    "安柏博采晨承澄初川春丹笛冬朵尔帆方菲枫谷冠桂海涵禾和荷衡弘桦怀惠霁佳嘉简江锦经景静峻康可兰蕾黎立连"
    "莲林霖凌岭流露洛麦曼梅蒙茗墨木牧楠宁农暖平浦青清晴秋荣如若山韶声胜诗时书疏树舒朔思松颂苏素穗棠恬田亭"
    "桐庭同彤望微苇文雯吾夕溪熙夏先弦贤湘晓笑心欣新星行秀轩雪雅言砚雁杨遥野叶一仪怡以亦易意音银樱映永悠"
    "友雨语玉煜元原远月悦云耘蕴泽章昭哲真正之知芷至致舟竹卓子梓"
)


def invent_name(random: Random) -> str:
    """A surname and one or two characters; one in a hundred has a surname of two."""
    surname = random.choice(DOUBLE_SURNAMES if random.random() < 0.01 else SURNAMES)
    first = random.choice(GIVEN)
    return surname + first if random.random() < 0.2 else surname + first + random.choice(GIVEN)
