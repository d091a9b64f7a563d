"""Play the system of a department (承办单位) that takes petitions over the signed interface.

Written from docs/departments-interface.md alone.
"""
