"""Processes (办理流程) as data, and the one engine that takes cases through them.

A process is a file that a business person can read: steps, who takes them, which way each choice leads, and how long
it may take. `definition` says what may stand in it, `structure` refuses what could get stuck, `engine` moves a case by
one command at a time without any I/O, `picture` draws it, and `bpmn` speaks to other people's tools.
"""
