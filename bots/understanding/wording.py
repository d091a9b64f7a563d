"""What a trained model says of its sources, for whoever reads the file."""

PETITIONS = "泰迪杯 2020 C 题公开样例，只保留字组统计"
QUESTIONS = "自行编写的问句、句式和事项名称"
