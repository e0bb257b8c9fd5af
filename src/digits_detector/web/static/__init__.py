"""The page in the browser alone: a folder of static files that reads digits, written by `digits export --web`."""
