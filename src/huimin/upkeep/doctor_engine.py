"""Whether an engine on other machines answers, sees the data root as this machine does, and can read deliveries."""

import grp
import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

import pyarrow as pa
import pyarrow.parquet as pq

from huimin.deliveries.on_worker import OWN_RELEASE, release, tell_release
from huimin.errors import HuiminError, RuleError
from huimin.language import _
from huimin.matching.engine import EngineFault
from huimin.matching.open_engine import DUCKDB, address_of
from huimin.matching.spark import refuse_pattern
from huimin.matching.spark_connection import SparkConnection
from huimin.store.root import RESTRICTED_DIRECTORY, Root, sync
from huimin.store.settings import EngineSettings, load_settings
from huimin.upkeep.doctor import Finding, finding_of

FILES, BYTES = 16, 65_536
"""What is written: so many files with a text of random characters each, for several workers to read."""
SECONDS = 300
"""The most that a look may take: a cluster may have to start workers first."""


def examine_engine(root: Root, asked: str) -> Iterator[Finding]:
    """What is found of the engine at that address (empty: as the root settles it); nothing of DuckDB, which is here."""
    try:
        settings = load_settings(root).engine
        address = address_of(asked, settings)
        if address == DUCKDB:
            return
        refuse_pattern(root.path)
        with closing(SparkConnection(address, SECONDS)) as connection:
            yield Finding(_("engine"), True, f"spark {connection.version}")
            yield storage(root, connection)
            yield reading(connection, settings)
    except HuiminError as fault:
        yield finding_of(_("engine"), fault)
    except EngineFault as fault:
        yield finding_of(_("engine"), fault.at(RuleError, "--engine"))


def storage(root: Root, connection: SparkConnection) -> Finding:
    """Whether workers read what is written here, and this machine what they write; and as whom they do."""
    user = whom(os.getuid(), os.getgid())
    fix = _("let workers run as {user}, and mount {place} on each at that path", user=user, place=root.path)

    def found(problem: str) -> Finding:
        return Finding(_("engine's storage"), False, problem, fix)

    root.work.mkdir(parents=True, exist_ok=True, mode=RESTRICTED_DIRECTORY)
    folder = Path(tempfile.mkdtemp(prefix="doctor-", dir=root.work))
    try:
        texts = [token_hex(BYTES // 2) for _file in range(FILES)]
        written, back = write(texts, folder / "written"), folder / "back"
        hashes = connection.asked(
            lambda session: session.read.parquet(str(written)).selectExpr("sha2(text, 256) as hash").toArrow()
        )
        if {*hashes["hash"].to_pylist()} != {sha256(text.encode()).hexdigest() for text in texts}:
            return found(_("workers read something else than was written here"))
        connection.asked(lambda session: session.read.parquet(str(written)).write.parquet(str(back)))
        copies = list(back.glob("*.parquet"))
        if {text for copy in copies for text in pq.read_table(copy)["text"].to_pylist()} != {*texts}:
            return found(_("what workers write is not here"))
        owners = {(copy.stat().st_uid, copy.stat().st_gid) for copy in copies}
    except EngineFault as fault:
        return found(_("workers do not read and write here: {problem}", problem=fault.problem))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    users = ", ".join(whom(*owner) for owner in sorted(owners))
    if {uid for uid, _group in owners} != {os.getuid()}:
        return found(_("workers run as {users}", users=users))
    told = _("written, renamed and read back alike; workers run as {users}", users=users)
    return Finding(_("engine's storage"), True, told)


def write(texts: Sequence[str], folder: Path) -> Path:
    """The folder with a file a text, on disk under its final name."""
    partial = folder.with_suffix(".partial")
    partial.mkdir(mode=RESTRICTED_DIRECTORY)
    for number, text in enumerate(texts):
        place = partial / f"{number}.parquet"
        pq.write_table(pa.table({"text": [text]}), place)
        sync(place)
    sync(partial)
    partial.rename(folder)
    sync(folder.parent)
    return folder


def reading(connection: SparkConnection, settings: EngineSettings) -> Finding:
    """Whether workers have what reads deliveries; a fault only where the root has them read there."""
    subject, code = _("reading on workers"), 14 if settings.reading_place == "cluster" else 0
    fix = _("install {release} on each worker (PYSPARK_PYTHON)", release=release())
    try:
        told = connection.asked(
            lambda session: session.range(0, FILES, 1, FILES).mapInArrow(tell_release, OWN_RELEASE).toArrow()
        )
    except EngineFault as fault:
        return Finding(subject, False, _("workers have no Huimin: {problem}", problem=fault.problem), fix, code)
    releases = {*told["release"].to_pylist()}
    ok = releases == {release()}
    return Finding(subject, ok, ", ".join(sorted(releases)), "" if ok else fix, code)


def whom(uid: int, gid: int) -> str:
    """The user and the group by number, and by name where this machine knows them."""
    names = [str(uid), str(gid)]
    with suppress(KeyError):
        names[0] += f" ({pwd.getpwuid(uid).pw_name})"
    with suppress(KeyError):
        names[1] += f" ({grp.getgrgid(gid).gr_name})"
    return f"uid {names[0]} gid {names[1]}"
