"""What search engines read: schema.org in the pages, a map of the site, and what robots may visit."""
