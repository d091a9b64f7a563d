"""Say in Chinese what a page says when there is nothing to show."""

TITLE = "{heading} - 青岛通办"
HOTLINE = "拨打 12345 政务服务便民热线"
HOME = "回到首页"

NOT_BUILT_HEADING = "页面还没有构建"
NOT_BUILT_TEXT = "服务接口正常，只是网页还没有构建。请在项目目录运行 make setup，再重新启动服务。"

NOT_FOUND_HEADING = "没有找到这个页面"
NOT_FOUND_TEXT = "链接可能已经失效，或者事项已经取消。您可以回到首页查找，或者拨打 12345。"
