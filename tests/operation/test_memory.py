"""What a server at rest holds in memory: a small machine of a district must do."""

import subprocess
import sys
from pathlib import Path

from tests.support.live import Api, serving
from tests.support.source_tree import ROOT

MOST_MB = 250
UNUSED = ("pymongo", "redis", "jieba.finalseg.prob_emit")


def test_a_demonstration_at_rest_holds_less_than_250_mb(tmp_path: Path) -> None:
    with serving(tmp_path) as live:
        # Given a server that has answered, so that nothing is left to load
        guest = Api(live.url).guest()
        for number, text in enumerate(("社保卡怎么补办", "我要投诉路灯不亮", "市南区政务服务中心在哪")):
            message = {"client_id": f"m{number}", "parts": [{"type": "text", "body": text}]}
            assert guest.call("POST", "/api/v1/messages", message)[0] == 200
        assert live.resident_mb() < MOST_MB


def test_nothing_is_loaded_that_the_embedded_mode_does_not_use() -> None:
    found = f"import sys, server; print([name for name in {UNUSED!r} if name in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", found], cwd=ROOT, capture_output=True, check=True, text=True)
    assert ended.stdout.strip() == "[]"
