"""Make petitions with personal data whose places are known. Nobody in them exists: everything is drawn at random.

The sentences are written apart from the patterns that find the data; each piece of data says what must not remain.
"""

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from msgspec import Struct

T = TypeVar("T")

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范石廖贾夏韦邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾郝龚邵钱覃武戴莫孔汤樊葛邢齐易乔庞颜倪庄聂翟殷詹申耿焦俞柳祝纪童凌毕裴霍柴逄綦矫"
_COMPOUND = ("欧阳", "上官", "诸葛", "司徒", "慕容", "皇甫")
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志红梅春生海燕鹏飞雪琴文斌晓东子涵宇轩梓浩然思雨佳欣俊豪瑞祥福永德胜利宝珍凤翠莲爱荣美彩云振兴立新庆瑶琪悦彤颖婷睿峰岩松柏"
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_HAN_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
_PLACES = (
    "市南区香港中路",
    "市北区敦化路",
    "李沧区九水路",
    "崂山区海尔路",
    "黄岛区长江路",
    "城阳区正阳路",
    "即墨区鹤山路",
    "胶州市福州路",
)
_ESTATES = ("浮山后六小区", "示例花园", "海信都市春天", "万科城", "金色家园", "湖岛新村", "福林苑", "水清沟小区")


class Piece(Struct, frozen=True, kw_only=True):
    """A phrase with personal data: what it is, how it reads, and what must not remain of it."""

    kind: str
    text: str
    secrets: tuple[str, ...]


class Made(Struct, frozen=True, kw_only=True):
    """A petition and its pieces."""

    text: str
    pieces: tuple[Piece, ...]


class Maker:
    """Draw petitions from one seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def petition(self) -> Made:
        """Return a petition with two to five pieces of personal data, all of different kinds, in ordinary sentences."""
        makers = self._random.sample(self._makers(), self._random.randint(2, 5))
        pieces = [make() for make in makers]
        sentences = [self._pick(_PLAIN_SENTENCES) for _ in range(self._random.randint(1, 3))]
        mixed = [piece.text for piece in pieces] + sentences
        self._random.shuffle(mixed)
        return Made(text=self._pick(("，", "。", "；", "\n", "， ")).join(mixed), pieces=tuple(pieces))

    def _makers(self) -> list[Callable[[], Piece]]:
        return [
            self.citizen_id, self.old_id, self.mobile, self.landline, self.bank_card, self.plate, self.email,
            self.account, self.cued_name, self.titled_name, self.name_with_number, self.followed_name,
            self.nickname, self.room, self.house, self.name_at_home,
        ]  # fmt: skip

    def citizen_id(self) -> Piece:
        """Return an id number with its check digit, sometimes mistyped, sometimes in groups or full width."""
        body = f"3702{self._digits(2)}{self._random.randint(1940, 2015)}{self._random.randint(1, 12):02d}{self._random.randint(1, 28):02d}{self._digits(3)}"
        check = "10X98765432"[sum(int(one) * weight for one, weight in zip(body, _WEIGHTS, strict=True)) % 11]
        if self._random.random() < 0.1:
            check = self._pick("0123456789")
        number = body + check
        shown = self._pick(
            (number, number.lower(), f"{number[:6]} {number[6:14]} {number[14:]}", number.translate(_WIDE))
        )
        return self._piece("citizen_id", ("身份证号{}", "身份证：{}", "本人身份证号码为{}", "证件号 {}"), shown)

    def old_id(self) -> Piece:
        """Return an id number of 15 digits, as they were before 1999."""
        return self._piece(
            "old_id",
            ("身份证{}", "老身份证号码{}"),
            f"3702{self._digits(2)}{self._random.randint(40, 80)}0{self._random.randint(1, 9)}{self._random.randint(10, 28)}{self._digits(3)}",
        )

    def mobile(self) -> Piece:
        """Return a mobile number in one of the ways people write it."""
        number = f"1{self._pick('3456789')}{self._digits(9)}"
        a, b, c = number[:3], number[3:7], number[7:]
        shown = self._pick(
            (number, number, f"{a} {b} {c}", f"{a}-{b}-{c}", f"+86 {number}", f"86-{number}", f"{a}.{b}.{c}",
             number.translate(_WIDE), number.translate(_HAN_DIGITS), "幺" + number.translate(_HAN_DIGITS)[1:])
        )  # fmt: skip
        return self._piece(
            "mobile", ("电话{}", "联系电话：{}", "打{}没人接", "手机号是{}", "请回电{}", "（{}）"), shown
        )

    def landline(self) -> Piece:
        """Return a landline with or without area code."""
        number = f"{self._pick('2345678')}{self._digits(7)}"
        shown = self._pick(
            (
                f"0532-{number}",
                f"0532{number}",
                f"(0532){number}",
                f"（0532）{number}",
                number,
                f"{number[:4]} {number[4:]}",
                f"0532-{number[:4]}-{number[4:]}",
                f"0532-{number}转8001",
            )
        )
        return self._piece("landline", ("座机{}", "物业电话{}", "固定电话：{}", "拨打{}无人接听"), shown)

    def bank_card(self) -> Piece:
        """Return a card number, right or wrong by its check digit."""
        number = f"62{self._digits(self._pick((14, 17)))}"
        shown = self._pick((number, " ".join(number[place : place + 4] for place in range(0, len(number), 4))))
        return self._piece("bank_card", ("银行卡号{}", "卡号：{}", "退款到{}", "工行卡{}"), shown)

    def plate(self) -> Piece:
        """Return a plate: ordinary, new energy, trailer, from elsewhere."""
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
        tail = self._pick(
            (
                self._digits(5),
                f"{self._pick(letters)}{self._digits(4)}",
                f"{self._digits(3)}{self._pick(letters)}{self._digits(1)}",
                f"D{self._digits(5)}",
                f"{self._digits(4)}挂",
                f"{self._digits(4)}学",
            )
        )
        head = f"{self._pick('鲁鲁鲁鲁京苏豫辽冀')}{self._pick(letters)}"
        shown = self._pick((head + tail, f"{head}·{tail}", f"{head} {tail}", f"{head}-{tail}", (head + tail).lower()))
        return self._piece("plate", ("车牌{}", "车牌号为{}", "{}长期占道", "一辆{}白色轿车", "{}的车主"), shown)

    def email(self) -> Piece:
        """Return a mail address."""
        shown = f"{self._pick(('abc', 'li.ming', 'zhang_san', 'w88'))}{self._digits(4)}@{self._pick(('163.com', 'qq.com', 'sina.com.cn', 'mail.example.org'))}"
        return self._piece(
            "email", ("邮箱{}", "请发到{}", "电子邮件：{}"), self._pick((shown, shown.replace("@", "＠")))
        )

    def account(self) -> Piece:
        """Return a WeChat or QQ account."""
        shown = self._pick((f"wx_{self._digits(6)}", f"abc{self._digits(5)}", self._digits(6), f"q{self._digits(9)}"))
        return self._piece("account", ("微信号{}", "微信：{}", "加我微信{}", "QQ{}", "QQ号是{}", "vx：{}"), shown)

    def cued_name(self) -> Piece:
        """Return a name behind a word that announces one."""
        frames = (
            "联系人{}",
            "联系人：{}",
            "我叫{}",
            "姓名：{}",
            "业主{}多次反映",
            "租客{}一直不搬",
            "申请人{}",
            "户主是{}",
            "司机{}态度恶劣",
            "物业经理{}不理睬",
            "村民{}家的地",
            "当事人{}，",
            "负责人{}不见面",
        )
        return self._piece("cued_name", frames, self.name())

    def titled_name(self) -> Piece:
        """Return a name before a title."""
        frames = (
            "{}先生来电",
            "{}女士反映",
            "找过{}主任",
            "楼上{}阿姨",
            "社区{}书记答复",
            "是{}师傅修的",
            "邻居{}大爷",
            "和{}经理沟通",
            "请联系{}老师",
            "{}医生给看的",
        )
        name = self.name()
        shown = self._pick((name, name[:1] if name[:2] not in _COMPOUND else name[:2]))
        frame = self._pick(frames)
        return Piece(
            kind="titled_name",
            text=frame.format(shown),
            secrets=(frame[frame.index("{") :].format(shown)[: len(shown) + 1],),
        )

    def name_with_number(self) -> Piece:
        """Return a name beside a telephone number."""
        name, number = self.name(), f"13{self._digits(9)}"
        frame = self._pick(("{}{}", "{}，{}", "{}电话{}", "{}（{}）", "{}，联系电话{}", "{}：{}", "{} {}"))
        return Piece(kind="name_with_number", text=frame.format(name, number), secrets=(name, number))

    def followed_name(self) -> Piece:
        """Return a name that only what follows gives away."""
        frames = ("{}说不归他管", "{}称已经修好", "{}的电话打不通", "{}住在我家楼上", "{}拒绝出示证件", "{}承诺退款")
        return self._piece("followed_name", frames, self.name())

    def nickname(self) -> Piece:
        """Return 老王 and the like."""
        shown = f"{self._pick('老小')}{self._pick('王李张刘陈杨赵吴周徐孙朱胡郭何林')}"
        return self._piece("nickname", ("邻居{}也说过", "保安{}知道", "找{}签字", "{}可以作证"), shown)

    def room(self) -> Piece:
        """Return building, unit and room."""
        building, unit, room = (
            self._random.randint(1, 40),
            self._random.randint(1, 5),
            f"{self._random.randint(1, 30)}0{self._random.randint(1, 6)}",
        )
        shown = self._pick(
            (f"{building}号楼{unit}单元{room}室", f"{building}号楼{unit}单元{room}", f"{building}栋{room}", f"{building}号楼{room}户", f"{building}-{unit}-{room}",
             f"{building}#{room}", f"{_hundred(building)}号楼{_hundred(unit)}单元{room}室", f"{building}号楼{unit}单元{building}楼西户", f"B座{room}室", f"{building}幢{unit}单元", f"{building}号楼 {unit}单元 {room}户")
        )  # fmt: skip
        return Piece(kind="room", text=f"{self._pick(_ESTATES)}{shown}漏水", secrets=(shown,))

    def house(self) -> Piece:
        """Return a house number."""
        number = self._random.randint(1, 300)
        shown = self._pick(
            (f"{number}号", f"{number}号甲", f"{number}-{self._random.randint(1, 9)}号", f"{number}号内3号楼")
        )
        return Piece(kind="house", text=f"住{self._pick(_PLACES)}{shown}", secrets=(shown,))

    def name_at_home(self) -> Piece:
        """Return a name together with an address."""
        name, room = (
            self.name(),
            f"{self._random.randint(1, 30)}号楼{self._random.randint(1, 5)}单元{self._digits(3)}室",
        )
        frame = self._pick(("{1}住户{0}", "{1}业主{0}", "住{1}的{0}先生", "{0}住{1}", "{0}家住{1}"))
        return Piece(
            kind="name_at_home",
            text=self._pick(_ESTATES) + frame.format(name, room)
            if frame.startswith("{1}")
            else frame.format(name, room),
            secrets=(name, room),
        )

    def name(self) -> str:
        """Return a name of two to four characters."""
        surname = self._pick(_COMPOUND) if self._random.random() < 0.04 else self._pick(_SURNAMES)
        return surname + "".join(self._pick(_GIVEN) for _ in range(self._pick((1, 2, 2))))

    def _piece(self, kind: str, frames: tuple[str, ...], shown: str) -> Piece:
        return Piece(kind=kind, text=self._pick(frames).format(shown), secrets=(shown,))

    def _digits(self, count: int) -> str:
        return "".join(self._pick("0123456789") for _ in range(count))

    def _pick(self, choices: Sequence[T]) -> T:
        return self._random.choice(choices)


def _hundred(number: int) -> str:
    """Return a number below a hundred in Chinese."""
    tens, ones = divmod(number, 10)
    words = "零一二三四五六七八九"
    return (("" if tens == 1 else words[tens]) + "十" if tens else "") + (words[ones] if ones else "")


_PLAIN_SENTENCES = (
    "希望尽快解决", "已经持续三个月", "路灯坏了没人修", "物业一直不处理", "小区停水两天", "垃圾没人清运", "夜里施工噪音很大", "多次反映没有结果",
    "供暖温度只有16度", "2026年11月20日晚上8点发生", "每平方米收费2.5元", "押金1200元不退", "公交车331路半小时一班", "电梯三天两头坏", "请相关部门核实",
)  # fmt: skip

ORDINARY_SENTENCES = (
    *_PLAIN_SENTENCES,
    "市南区香港中路与山东路路口红绿灯时间太短",
    "周边居民意见很大，相关部门应该管一管",
    "高层住宅水压不足，方案一直没有公布",
    "公司拖欠工资3万元，员工已经两个月没有收入",
    "12345热线答复需要5个工作日",
    "2026年11月24日上午10点30分停电",
    "收费标准为每月120元，全年1440元",
    "小区内有30多辆僵尸车，占用消防通道",
    "地铁3号线噪音扰民，距离居民楼不足50米",
    "黄岛区长江路幼儿园门口早晚拥堵",
    "马路上的井盖松动，车辆经过响声很大",
    "希望公安机关查处，明确责任单位",
    "温度连续三天低于18度，强烈要求退费",
    "房租每年上涨百分之十，房东要求提前解约",
    "楼道里堆放杂物，存在安全隐患",
    "孩子上学路远，申请增加公交站点",
    "金额较大，请官方调查并公开结果",
    "孙子放学没人接，老人行动不便",
    "全市供热面积3000万平方米，管网老化",
    "时间是上周五下午，地点在农贸市场",
)
"""Sentences without anybody's data, in which nothing is to be masked."""
