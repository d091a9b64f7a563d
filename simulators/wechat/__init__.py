"""Play the WeChat platform for service accounts (服务号): its API, its callbacks and what followers see.

Pure state: ``platform`` and what it is made of. The outside: ``api`` (calls of the developer's server), ``caller``
(the platform calls the developer's server) and the ``control_*`` modules (tests and the phone page).
"""
