"""Petitions (诉求 / 12345 工单): their category and department, their life cycle, their deadlines."""
