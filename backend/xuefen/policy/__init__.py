"""The rules of a jurisdiction, pure: values in, values out; no tables, no clock, no I/O but a pack's text."""
