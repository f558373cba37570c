"""The demo city: invented people and schools around today, made from a fixed seed."""
