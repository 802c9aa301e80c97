"""A letter of 70 MB, handed over by a process of its own: what it costs, and that it arrives whole."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

MEGABYTE = 1_000_000
CHILD = """
import json, sys
from pathlib import Path
import attrs
from esdh_connect.ids import Cvr
from esdh_connect.settings import Secret
from esdh_connect.testing.dispatches import dispatch, envelope
from esdh_connect_serviceplatformen import Serviceplatformen
from esdh_connect_serviceplatformen.limits import DIGITAL_POST_2025

url, folder, size = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
plugin = Serviceplatformen(
    url=url, sts_url=url + "/runtime/api/rest/wstrust/v1/issue", authority=Cvr("55133018"),
    certificate=Secret("file:client.pem", folder / "settings.toml"), ca=folder / "ca.pem",
)
channel = plugin.register_channels()[0]
carried = envelope(DIGITAL_POST_2025)
main = attrs.evolve(carried.letter.main, content=b"x" * size)
letter = attrs.evolve(carried, letter=attrs.evolve(carried.letter, files=(main,)))
receipt = channel.send(dispatch("digital_post", letter))
# Not ru_maxrss: that is never less than what the parent had when it forked.
status = Path("/proc/self/status").read_text()
peak = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) * 1024
print(json.dumps({"event": receipt.event.value, "peak": peak}))
"""


def sent(fake, credentials, size: int) -> dict:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, fake.url, str(credentials.folder), str(size)],
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc elsewhere")
def test_a_letter_of_70_mb_costs_little_more_than_itself(fake, credentials):
    """The letter is in memory once, as the host gave it; its 93 MB of base64 never are."""
    small, large = sent(fake, credentials, 1000), sent(fake, credentials, 70 * MEGABYTE)
    assert large["event"] == "accepted"
    assert large["peak"] < 300 * MEGABYTE
    assert large["peak"] - small["peak"] < 85 * MEGABYTE
    told = [int(call.headers["content-length"]) for call in fake.calls if Path(call.path).name == "kombi"]
    assert told[1] - told[0] == (70 * MEGABYTE + 2) // 3 * 4 - 1336
