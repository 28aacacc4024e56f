"""Code lists that every city starts with (`standard.txt`); what they lack is added on the page of code lists."""
