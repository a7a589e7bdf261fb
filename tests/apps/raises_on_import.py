"""Cannot be imported: it raises."""

raise RuntimeError("the database is not there")
