"""One window: whoever comes takes a number, is called once, and one clerk takes in anything for them.

Words: hall 政务服务大厅, counter 窗口, shift 班次, sitting 坐席, ticket 排队号, appointment 预约, slot 预约时段,
paper flag 多余材料提示, assistance 帮办代办.
"""
