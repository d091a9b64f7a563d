"""Stand-ins for the outside parties: WeChat, the departments' systems and a citizen's phone, on loopback only.

They are written from the vendors' public documents, never from this project's channels, so that a misreading of a
document shows up as a disagreement between two programs. They act only when they are told to.
"""
