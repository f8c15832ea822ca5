"""The PostgreSQL that comes with Canton: binaries, account, cluster."""
