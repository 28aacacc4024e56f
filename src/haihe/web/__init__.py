"""Settings, root urls, layout, ui components, static files, locale."""
