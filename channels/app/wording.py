"""The few words of the channel itself."""

DOCS_TITLE = "青岛通办 接口说明"
DOCS_INTRODUCTION = "机器可读的版本在 /api/v1/openapi.json（OpenAPI 3.1）。错误一律按 RFC 9457 返回。"
NOWHERE = "经纬度有误"


def at_most(characters: int) -> str:
    """Say how long a text may be."""
    return f"最多{characters}字"
