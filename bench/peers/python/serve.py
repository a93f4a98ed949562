"""`serve.py anysd|cardisk|cloey PORT THREADS`: one process, each on the server of its README.

anysd's README runs Flask's development server, which closes each connection: here it runs on the
server of `lite serve` with its options, which is far kinder to it. The two others run on uvicorn.
"""

from __future__ import annotations

import sys

name, port, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
if name == "anysd":
    from granian import Granian
    from granian.constants import Interfaces, RuntimeModes

    Granian(
        "anysd_menu:app", address="127.0.0.1", port=port, interface=Interfaces.WSGI, workers=1,
        blocking_threads=threads, runtime_mode=RuntimeModes.st, websockets=False,
        log_enabled=False, backpressure=512,
    ).serve()  # fmt: skip
else:
    import uvicorn

    uvicorn.run(f"{name}_menu:application", host="127.0.0.1", port=port, access_log=False,
                log_level="critical")  # fmt: skip
