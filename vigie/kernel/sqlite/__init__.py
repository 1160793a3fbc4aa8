"""Django's SQLite backend with one in-process write lock (see `base`)."""
