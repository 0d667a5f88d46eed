"""The sections of the report: tables and figures of one question each."""
