"""Files dropped into a folder of this machine, or one mounted here.

Check-list: finished files only, by a marker or by lying still · the oldest first, one a fetch · nothing above the
site's root, no links followed · a file that changes while it is read is read again · taken ones go to `done/`, refused
ones to `refused/` with the reason beside them.
"""
