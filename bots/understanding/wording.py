"""What a trained model says of its sources, and the words its training adds."""

PETITIONS = "泰迪杯 2020 C 题公开样例，只保留字组统计"
QUESTIONS = "自行编写的问句、句式和事项名称"
THANKS = ("谢谢", "谢谢了", "麻烦了谢谢", "拜托了", "辛苦了", "谢谢你们", "麻烦您了", "多谢")
"""How polite people end a message that is about something."""
