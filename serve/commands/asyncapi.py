"""The AsyncAPI document as it is committed: ``python -m serve.commands.asyncapi FILE``.

With ``--check`` nothing is written; the exit code says whether the file is the streams'.
"""

from __future__ import annotations

import sys
from pathlib import Path

from serve.asyncapi import document
from serve.commands.openapi import kept

if __name__ == "__main__":
    raise SystemExit(
        kept(Path(sys.argv[1]), document(), "serve.commands.asyncapi", check="--check" in sys.argv)
    )
