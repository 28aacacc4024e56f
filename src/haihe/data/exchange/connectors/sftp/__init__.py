"""Files dropped into a folder of an SFTP server.

Check-list: the server's own key is pinned, and no other is spoken to · password or private key, nothing from this
machine's own settings · finished files only, the oldest first, one a fetch · a file that changes while it is read is
read again · taken ones go to `done/`, refused ones to `refused/` with the reason beside them · only addresses in the
site's networks.
"""
