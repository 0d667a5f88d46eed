"""Raw files to typed tables, data queries and the accounting of rows."""
