"""`haihe scoreday rehearse`: the day before the day. A crowd asks a copy of a release for made-up results."""
