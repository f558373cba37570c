"""The demo city at the size of a real one: more schools, their teachers, and millions of ledger entries.

They join the usual demo city in the transaction that writes it, so that there is never half of them.
"""
