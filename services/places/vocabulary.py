"""Hold the words that make up, surround and imitate the names of places."""

import re

DISTRICT_UNITS = ("区", "市")
STREET_UNITS = ("街道", "镇")
COMMUNITY_BODIES = ("居民委员会", "村民委员会", "村民委会", "民委员会", "民委会", "居委会", "村委会")
"""What stands behind a community's name; the misspelt ones are official."""
RURAL_BODIES = tuple(body for body in COMMUNITY_BODIES if body.startswith("村"))

STREET_WRITTEN = ("街道", "街道办", "街道办事处", "办事处", "街办")
TOWN_WRITTEN = ("镇", "镇政府", "镇办事处")
URBAN_WRITTEN = ("社区", "社区居委会", "社区居民委员会", "社区居委", "社区村委会", "居委会", "居民委员会", "居委")
RURAL_WRITTEN = ("村", "村村委会", "村村民委员会", "村委会", "村民委员会", "村居委会", "村委")

OFFICIAL_COMMUNITY = re.compile(rf"(?P<stem>.+?)(?P<unit>社区村|社区|村)?(?P<body>{'|'.join(COMMUNITY_BODIES)})?")
"""Splits 泰州路社区居民委员会 into 泰州路, 社区, 居民委员会; to be matched over the whole name."""

ROAD_ENDS = ("路", "街", "巷", "道", "胡同", "大街", "大道")
"""A bare name that ends so is a road, and roads cross streets and districts."""

ROAD_FOLLOWS = re.compile(
    r"[东南西北中]?[一二三四五六七八九十支]{0,3}(?:路(?![灯面况障政])|街(?!道|办)|大道|大街|巷|胡同|大桥|隧道|高架|立交|快速)|线路|高速"
)
"""What makes the name before it part of a road: 即墨|路, 台东|八路, 胶州湾|大桥."""

NAME_GOES_ON = re.compile(
    r"路(?![灯面况障政])|[街道桥河山湖海岛港湾站村庄镇乡区县市屯疃沟口店铺园苑城寨营坊院校馆场厦楼塔寺庙里弄巷府邸湾社]"
    r"|新[村区城苑园]|小区|花园|家园|花苑|广场|大厦|公寓|公园|医院|学校|小学|中学|大学|酒店|市场|商场|超市|集团|公司|机场|水库|风景|国际|世家|名"
    r"|[^\W\d的有这那个各某一]{1,2}(?:村|社区|街道|居委会|居民委员会)"
)
"""What may continue a bare name into the name of something else: 八大峡|广场."""

NAME_IS_OVER = re.compile(
    r"$|[^\u4e00-\u9fff]|这|那|附近|一带|周边|周围|旁|门口|有|没|的|停|今|昨|前天|最近|上周|什么|怎|哪|到处|经常|整|全|又|还|也|都|地区|片区"
)
"""What shows that a bare name has ended."""

STRICTLY_BEFORE = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|[住在是的到去从来往和与及跟至由离近靠回过给为下管]|位于|地处|坐落于|处于|家里?|老家|我们?|你们?|俺们?|咱们?|反映|投诉|举报|咨询|地址|[今昨前]天|[晚早]上|[上下中]午|目前|最近|近日|现在|青岛|青岛市|山东省)$"
)
"""What must stand before a name that is easily part of another word."""

OF_THE_CITY = re.compile(r"青岛市?$")

LOOK_BACK = 4
"""How many characters `STRICTLY_BEFORE` may read."""

WORDS_ACROSS = frozenset(
    (
        "晚上",
        "早上",
        "马上",
        "网上",
        "以上",
        "一下",
        "以下",
        "楼下",
        "之前",
        "以前",
        "目前",
        "日前",
        "今后",
        "以后",
        "然后",
        "最后",
        "其中",
        "家中",
    )
)
"""Words that end with what a name may begin with: 晚上|河湾社区 is not 晚|上河湾社区."""

NAME_PREFIXES = "东南西北前后大小上下新老中"
"""Characters that make another place's name of one that follows: 东|小庄社区."""

PREFIX_BEGINS = re.compile(r"(?:^|[^\u4e00-\u9fff]|[住在是的到去从来往和与及区市县镇道])$")
"""What must stand before such a character for it to begin a name; else it ends a word, as in 晚上|东山社区."""

DISTINGUISHING = frozenset("东南西北中前后左右上下大小新老旧高低内外里一二三四五六七八九十百第甲乙丙丁")
"""Characters that tell neighbouring places apart, so one for another is no mistake: 东小庄, 西小庄."""

SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝"
    "董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚"
    "程嵇邢滑裴陆荣翁荀羊惠甄曲家封芮靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶"
    "郜黎薄印宿白怀蒲从鄂索咸籍赖卓蔺屠蒙池乔阴能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习"
)
"""Families that villages are named after, so there one for another is no mistake either: 张家庄, 王家庄."""

FAMILY_VILLAGE = re.compile(r".(?:[家哥格戈各].*|[庄村屯疃])")
"""Names in which the first character is only a family's."""

CHAIN = re.compile(r"(?:省|市|自治区|特别行政区)?(?:[的 ]?[\u4e00-\u9fff]{1,6}?(?:市|区|县|旗|镇|乡|街道))*[的 ]?")
"""What may stand between another city's name and a place that lies in it: 济南|市历下区|东山社区."""

BETWEEN = re.compile(r"[的 ,,、/·>-]{0,2}")
"""What may stand between a place and one that lies in it."""

STREET_ANCHORS = ("街道办事处", "街道办", "街道")
TOWN_ANCHORS = ("镇",)
URBAN_ANCHORS = ("社区居民委员会", "社区居委会", "社区", "居民委员会", "居委会")
RURAL_ANCHORS = ("村村民委员会", "村村委会", "村民委员会", "村委会", "村")
ANCHORS = re.compile("|".join((*STREET_ANCHORS, *TOWN_ANCHORS, *URBAN_ANCHORS, *RURAL_ANCHORS, *DISTRICT_UNITS)))
"""Where a name with a wrong character may end."""

FUNCTION_WORDS = frozenset(
    "住在是的到去从来往和与及跟至由向对让把被给离靠近我你他她它这那该本个了着过有没不也都又还为以每各某全"
)
"""Characters that do not begin a name, so none of them is a wrong first character."""

WRONG_STREET = re.compile(r"(?!街道)[街接节结界姐][道到倒导稻盗]")
WRONG_COMMUNITY = re.compile(r"(?!社区)[社设射涉舍][区曲去渠趋驱]")
"""Misspelt 街道 and 社区 behind a name that is right."""

SHORTENED = re.compile(r"(?<=..)[省市县]$")
"""What people leave out of the name of another city or province: 济南."""
