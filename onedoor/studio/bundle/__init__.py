"""A service as tables, taken apart for pages and put together again. Pure: no database, no clock."""
