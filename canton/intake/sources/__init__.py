"""Reading files as cities have them: delimited and fixed-width text, workbooks, Parquet."""
