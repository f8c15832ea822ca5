"""What tests stand on: a home, and from the first test that asks for one a PostgreSQL of their own.

CANTON_TEST_POSTGRES=/usr/lib/postgresql/15/bin runs the same tests on another installation.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

# One folder for the run; in it each process of pytest-xdist has a home of its own.
RUN = Path(os.environ.get("CANTON_TEST_RUN") or tempfile.mkdtemp(prefix="canton-test-"))
HOME = RUN / os.environ.get("PYTEST_XDIST_WORKER", "alone")
HOME.mkdir()
for folder in (RUN, HOME):
    folder.chmod(0o711)  # the database's account passes through
os.environ["CANTON_TEST_RUN"], os.environ["CANTON_HOME"] = str(RUN), str(HOME)
os.environ["CANTON_CENTRE"] = "44"
if named := os.environ.get("CANTON_TEST_POSTGRES"):
    os.environ["CANTON_POSTGRES_BIN"] = named

import prepared  # noqa: E402
import pytest  # noqa: E402
from django.conf import settings  # noqa: E402
from django.test import TransactionTestCase  # noqa: E402
from xdist.scheduler import LoadScopeScheduling  # noqa: E402

from canton.kernel.configuration import database_settings  # noqa: E402
from canton.kernel.embedded import keys  # noqa: E402
from canton.kernel.embedded.cluster import Cluster  # noqa: E402

settings.CANTON_HOME = HOME  # read before this file was
settings.WHITENOISE_AUTOREFRESH = True  # look a static file up; do not list them all for every test's client
LONGEST = (
    "browser", "test_journey_batch", "test_journey_results", "test_cli_up", "test_kernel_cluster",
    "test_intake_database_gone", "test_kernel_jobs", "test_intake_repairs", "test_exchange_https",
    "test_exchange_sending", "test_intake_kills", "test_demo_show", "test_codes_texts",
    "test_intake_real_files", "test_intake_lines",
)  # fmt: skip


def pytest_collection_finish() -> None:
    """What the tests stand on stays: no use in searching it for garbage again and again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    gc.unfreeze()
    if "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(RUN, ignore_errors=True)


class Files(LoadScopeScheduling):
    """Side by side, a file's tests stay in one process, and all of the browser's."""

    def _split_scope(self, nodeid: str) -> str:
        return _together(Path(nodeid.partition("::")[0]))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Files:
    return Files(config, log)  # type: ignore[arg-type]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest begin."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(_together(item.path), len(LONGEST)))


def _together(path: Path) -> str:
    return "browser" if path.parent.name == "browser" else path.stem


@pytest.fixture(scope="session")
def postgres() -> Iterator[keys.Keys]:
    """A private PostgreSQL for this run; nothing of it is left afterwards."""
    try:
        prepared.furnish(HOME)
        yield Cluster(HOME, durable=False).start()
    finally:
        prepared.discard(HOME)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: object, postgres: keys.Keys
) -> Iterator[None]:
    """Its prepared database, as owner for Django here, as app for child processes (CANTON_DATABASE_URL)."""
    from django.db import connections

    os.environ["CANTON_DATABASE_URL"] = postgres.url(keys.OWNER)
    connections["default"].settings_dict.update(database_settings())
    prepared.remember(postgres.url(keys.OWNER))
    empty = prepared.Emptying(postgres.url(keys.OWNER))
    TransactionTestCase._fixture_teardown = lambda _case: empty()  # type: ignore[method-assign]
    os.environ["CANTON_DATABASE_URL"] = postgres.url(keys.APP)
    os.environ["CANTON_DATABASE_OWNER_URL"] = postgres.url(keys.OWNER)
    yield
    del os.environ["CANTON_DATABASE_URL"], os.environ["CANTON_DATABASE_OWNER_URL"]
    connections["default"].close()
    connections["default"].close_pool()  # type: ignore[attr-defined]  # PostgreSQL's own


@pytest.fixture
def app_url(db: None, postgres: keys.Keys) -> str:
    """The test database in the role of the app, as a centre's processes see it."""
    from django.db import connection

    return postgres.url(keys.APP, connection.settings_dict["NAME"])


@pytest.fixture
def home(tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home for this test, in settings and environment."""
    folder = tmp_path / "home"
    folder.mkdir()
    settings.CANTON_HOME = folder  # type: ignore[attr-defined]
    monkeypatch.setenv("CANTON_HOME", str(folder))
    return folder


@pytest.fixture
def centres(db: None, postgres: keys.Keys) -> None:
    """Centres, departments, desks, segments and codes, also after a test that emptied all tables."""
    from canton.centres.models import Centre

    if not Centre.objects.exists():
        prepared.refill(postgres.url(keys.OWNER))


@pytest.fixture
def province(centres: None) -> object:
    """Centre 44, Guangdong."""
    from canton.centres.models import Centre

    return Centre.objects.get(code="44")


@pytest.fixture
def city(centres: None) -> object:
    """Centre 4401, Guangzhou."""
    from canton.centres.models import Centre

    return Centre.objects.get(code="4401")


PASSWORD = "Lingnan-window-1999"


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> None:
    """Passwords hashed by the same algorithm, for a hundredth of the memory."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    Argon2PasswordHasher.time_cost = 1
    Argon2PasswordHasher.memory_cost = 1024  # KiB
    Argon2PasswordHasher.parallelism = 1


@pytest.fixture
def clerk(province: object) -> Callable[..., object]:
    """Makes staff with PASSWORD: clerk(Role.STATISTICS), clerk("agent", centre=city, number="4401001")."""
    from canton.accounts.models import Staff

    def make(role: str = "data_processing", *, centre: object = province, number: str = "") -> Staff:
        number = number or f"44{Staff.objects.count() + 1001}"
        return Staff.objects.create_user(number, PASSWORD, name=f"Clerk {number}", centre=centre, role=role)

    return make
