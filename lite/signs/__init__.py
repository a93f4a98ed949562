"""What an operator sees: logs and metrics without personal data, and what `lite doctor` says."""

from lite.signs.doctor import Finding, findings
from lite.signs.logs import ALLOWED, Allowed, count_errors, seen, set_up_logs

__all__ = ["ALLOWED", "Allowed", "Finding", "count_errors", "findings", "seen", "set_up_logs"]
