"""The centre's end of all links: it fetches what nodes have, tells them their orders, and hears how they are."""
