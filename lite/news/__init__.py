"""People who asked for it are told by SMS what changed for them: one message a day each, by day."""

from lite.news.telling import Telling

__all__ = ["Telling"]
