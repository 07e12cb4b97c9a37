raise ValueError("no rows")
