from __future__ import annotations

import pytest
from correspondent import Post

from lite.desk.office import Office


@pytest.fixture
def post(office: Office) -> Post:
    return Post(office)
