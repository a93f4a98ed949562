"""From the fund: pull, stage, verify, seal, swap, and what changed for whom."""

from lite.intake.learning import Busy, Intake, Pulled

__all__ = ["Busy", "Intake", "Pulled"]
