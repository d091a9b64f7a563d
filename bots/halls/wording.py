"""All words about halls, and the words by which a citizen asks for something of a hall."""

from bots.halls.asking import Day, Wish

WISHES: dict[Wish, tuple[str, ...]] = {
    Wish.PHONE: ("电话", "号码", "联系方式", "联系"),
    Wish.ADDRESS: ("在哪", "哪里", "哪儿", "地址", "位置", "怎么走", "怎么去", "咋走", "坐几路"),
    Wish.NOON: ("中午", "午休", "午间", "12点", "十二点"),
    Wish.NOW: ("现在", "这会", "此刻", "还开着", "开着吗", "有人吗", "下班了吗", "关门了吗"),
    Wish.HOURS: ("几点", "时间", "上班", "下班", "开门", "关门", "营业", "办公", "开吗", "休息", "放假"),
    Wish.NEAREST: ("附近", "最近", "就近", "离我", "周边", "身边", "旁边"),
}
DAYS: dict[Day, tuple[str, ...]] = {
    Day.TODAY: ("今天",),
    Day.TOMORROW: ("明天",),
    Day.SATURDAY: ("周六", "星期六", "礼拜六", "周末"),
    Day.SUNDAY: ("周日", "周天", "星期日", "星期天", "礼拜天", "礼拜日", "周末"),
    Day.HOLIDAY: ("国庆", "春节", "五一", "元旦", "端午", "清明", "中秋", "节假日", "放假", "假期", "过年"),
}
DAY_NAMES: dict[Day, str] = {
    Day.TODAY: "今天",
    Day.TOMORROW: "明天",
    Day.SATURDAY: "周六",
    Day.SUNDAY: "周日",
}
MAIN_HALL = ("市级", "市民中心", "市政务", "青岛市政务", "青岛政务", "市行政", "市大厅", "市里的大厅", "市政府服务")
"""Names of the city's own hall, which is in a district but of all of them."""
FOLLOW_UPS = (
    "呢",
    "那",
    "电话",
    "地址",
    "几点",
    "上班",
    "下班",
    "中午",
    "周六",
    "周末",
    "怎么走",
    "开门",
    "在哪",
    "现在开",
)

ROW_ADDRESS = "地址"
ROW_HOURS = "时间"
ROW_PHONE = "电话"
ROW_NOW = "现在"
ROW_DISTANCE = "距离"
ROW_WINDOW = "窗口"
DISTANCE_KM = "约{distance:.1f}公里（直线）"
OPEN_NOW = "正在对外办公"
CLOSED_UNTIL = "已下班，{when}开门"
CLOSED = "已下班"
OPENS_AT_TODAY = "今天{time}"
OPENS_AT_TOMORROW = "明天{time}"
OPENS_AT = "{month}月{day}日{weekday}{time}"
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
DAY_RANGE = "{first}至{last}"
HOURS_SPAN = "{opens}—{closes}"
CLOSED_ON = "{name}{day}不对外办公。"
OPEN_ON = "{name}{day}对外办公：{hours}。"
NOON_CLOSED = "{name}中午休息：{closes}至{opens}不办理业务。"
NOON_OPEN = "{name}中午不休息，{opens}至{closes}连续办公。"
HOLIDAY = "法定节假日放假期间不对外办公；调休上班的周末按周一的时间办公。"
HERE = "{place}的办事大厅："
FOR_ITEM = "可以办理“{item}”的大厅："
FOR_ITEM_HERE = "{place}可以办理“{item}”的大厅："
NOT_HERE = "{place}没有可以办理“{item}”的大厅，可以到下面这些大厅办理："
NEAREST = "离您最近的办事大厅："
NONE_SURVEYED = "这些大厅还没有标注位置，没法按距离排序。您想去哪个区（市）？"
ASK_DISTRICT = "您想去哪个区（市）的办事大厅？可以回复区（市）或街道名称，也可以发送您的位置。"
ASK_LOCATION = "请发送您的位置，我来找最近的办事大厅；也可以直接选择区（市）："
MORE = "{place}还有{count}个镇（街道）便民服务点，需要哪一个请告诉我街道名称。"
UNKNOWN_PLACE = "没有认出这个地方。"

POINT_KIND = "镇(街道)便民服务点"
CITY_KIND = "市级大厅"
"""Kinds of halls, in the catalogue's own words."""

WITHOUT_LEVELS = str.maketrans("", "", "区市")
"""Takes from a district's name what people leave out."""
