"""Make catalogues of any size: the shipped items and synthetic siblings with guides of the same length."""

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).parents[1] / "data" / "items.json"
_WHOSE = ("", "外商投资", "中小学", "农村", "市级", "企业", "个人", "涉外", "临时", "夜间")
_OBJECTS = (
    "道路运输经营许可证", "出租汽车驾驶员证", "机动车停放场地", "户外广告设施", "建筑垃圾处置", "城市树木移植", "排水许可证", "供水管网接入", "燃气经营许可证",
    "施工图审查", "建设工程消防验收", "房地产经纪机构", "商品房预售许可证", "测绘资质证书", "采矿许可证", "取水许可证", "河道采砂许可证", "海域使用权",
    "渔业捕捞许可证", "水产苗种生产许可证", "种子生产经营许可证", "动物防疫条件合格证", "兽药经营许可证", "农药经营许可证", "林木采伐许可证", "野生动物驯养",
    "食品小作坊登记证", "药品经营许可证", "医疗器械备案", "医疗机构执业许可证", "护士执业证书", "放射诊疗许可证", "公共场所卫生许可证", "消毒产品生产许可证",
    "民办学校办学许可证", "校外培训机构", "普通话水平测试", "学位证书认证", "文物保护单位修缮", "娱乐场所经营许可证", "营业性演出", "印刷经营许可证",
    "出版物经营许可证", "旅行社业务经营许可证", "体育彩票网点", "游泳场所许可证", "保安服务许可证", "爆破作业许可证", "烟花爆竹经营许可证", "典当业特种行业许可证",
    "旅馆业特种行业许可证", "危险化学品经营许可证", "特种设备使用登记证", "计量器具型式批准", "检验检测机构资质", "律师执业证", "公证员执业证", "社会团体法人登记",
    "基金会法人登记", "慈善组织公开募捐资格",
)  # fmt: skip
_DEEDS = ("核发", "变更", "延续", "注销", "补发", "备案", "年度报告", "信息查询", "转让审批")


def write_catalogue(file: Path, *, items: int) -> None:
    """Write a catalogue of so many items; the first ones are the shipped ones."""
    content = json.loads(SHIPPED.read_text("utf-8"))
    shipped: list[dict[str, Any]] = content["items"]
    content["items"] = [*shipped, *_siblings(shipped, items - len(shipped))]
    file.write_text(json.dumps(content, ensure_ascii=False), "utf-8")


def _siblings(shipped: list[dict[str, Any]], count: int) -> Iterator[dict[str, Any]]:
    names = product(_WHOSE, _OBJECTS, _DEEDS)
    for number, (whose, thing, deed) in zip(range(count), names, strict=False):
        pattern = shipped[number % len(shipped)]
        code = f"37{number:07}000"
        taken = {"code": code, "name": f"{whose}{thing}{deed}", "impl_code": "", "handle_code": ""}
        yield pattern | taken | {"aliases": [f"{thing}{deed}", f"{whose}{thing}"] if whose else [thing], "keywords": []}
