"""The shipped alerts ring when they should, and only then: Prometheus itself plays the figures."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

RULES = Path("deploy/prometheus/lite-alerts.yml").absolute()
PROMTOOL = Path("/usr/bin/promtool")
pytestmark = pytest.mark.skipif(
    not PROMTOOL.exists(), reason="promtool is not installed: tools/debian said so"
)
# A series -> what it is, minute by minute for half an hour.
Figures = dict[str, str]
STORE = {
    'lite_turns_total{job="lite",instance="a",outcome="asked"}': "0+100x30",
    'lite_turns_total{job="lite",instance="a",outcome="failed"}': "0x30",
    'lite_letters_oldest_seconds{kind="sms",state="waiting",instance="a"}': "3x30",
    'lite_letters_oldest_seconds{kind="sms",state="waiting",instance="b"}': "3x30",
    'lite_worker_beat_timestamp_seconds{instance="a"}': "0+60x30",
    'up{job="lite",instance="a"}': "1x30",
    'lite_store_up{instance="a"}': "1x30",
    'lite_disk_free_bytes{instance="a"}': "5000000000x30",
    'lite_backup_behind_seconds{instance="a"}': "0x30",
    'litestream_txid{db="lite.db"}': "1+50x30",
    'litestream_sync_error_count{db="lite.db"}': "0x30",
    'litestream_disk_full{db="lite.db"}': "0x30",
}
BUCKET = {
    'lite_backup_behind_seconds{instance="a"}': "_x30",
    'litestream_replica_operation_total{operation="PUT",replica_type="s3"}': "0+50x30",
}


def ringing(figures: Figures) -> set[str]:
    """The alerts that ring with these figures in place of those of a house that is well."""
    names = [one["alert"] for group in yaml.safe_load(RULES.read_text())["groups"]
             for one in group["rules"]]  # fmt: skip
    play = {
        "rule_files": [str(RULES)], "evaluation_interval": "1m",
        "tests": [{
            "interval": "1m",
            "input_series": [
                {"series": name, "values": values} for name, values in (STORE | figures).items()
            ],
            "alert_rule_test": [
                {"eval_time": "25m", "alertname": name, "exp_alerts": []} for name in names
            ],
        }],
    }  # fmt: skip
    found = subprocess.run(
        [PROMTOOL, "test", "rules", "/dev/stdin"], input=yaml.safe_dump(play),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = found.stdout + found.stderr
    rang = set(re.findall(r"alertname: (\w+)", said))
    assert bool(rang) == bool(found.returncode), said
    return rang


def test_a_house_that_is_well_is_silent() -> None:
    assert ringing({}) == set()
    assert ringing(BUCKET) == set(), "with its copies in a bucket too"


@pytest.mark.parametrize(
    ("figures", "alert"),
    [
        ({'up{job="lite",instance="a"}': "1x10 0x20"}, "LiteGone"),
        ({'lite_store_up{instance="a"}': "1x10 0x20"}, "LiteStoreGone"),
        ({'lite_turns_total{job="lite",instance="a",outcome="later"}': "0+5x30"},
         "LiteTurnsFail"),
        ({'lite_worker_beat_timestamp_seconds{instance="a"}': "0+60x10 600x20"},
         "LiteWorkersSilent"),
        ({'lite_letters_oldest_seconds{kind="sms",state="waiting",instance="b"}': "0+60x30"},
         "LiteLettersWait"),
        ({'lite_disk_free_bytes{instance="a"}': "5000000000x10 900000000x20"}, "LiteDiskLow"),
        ({'lite_backup_behind_seconds{instance="a"}': "0x5 0+60x25"}, "LiteBackupFails"),
        ({'lite_backup_behind_seconds{instance="a"}': " ".join(["Inf"] * 30)}, "LiteBackupFails"),
        ({'litestream_disk_full{db="lite.db"}': "0x10 1x20"}, "LiteBackupFails"),
        (BUCKET | {'litestream_replica_operation_total{operation="PUT",replica_type="s3"}':
                   "0+50x5 250x25"}, "LiteBackupStill"),
        (BUCKET | {'litestream_replica_operation_total{operation="PUT",replica_type="s3"}':
                   "_x30", 'litestream_txid{db="lite.db"}': "0x30"}, "LiteBackupStill"),
    ],
)  # fmt: skip
def test_it_rings_alone(figures: Figures, alert: str) -> None:
    assert ringing(figures) == {alert}
