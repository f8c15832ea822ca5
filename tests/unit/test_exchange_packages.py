"""A package comes out as it went in, or not at all."""

import io
import json
import stat
import struct
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from canton.exchange import errors, packages
from canton.exchange.packages import Limits, Manifest, Source, Terms
from canton.exchange.packages.archive import is_safe
from canton.exchange.packages.writing import _signature as sign_line
from canton.exchange.signatures import SigningKey, VerifyKey

CITY, OTHER_CITY, STRANGER = SigningKey.new(), SigningKey.new(), SigningKey.new()
MANIFEST = Manifest(
    sender="4401",
    recipient="44",
    dataset="contacts",
    version="1.0",
    created=datetime(2026, 11, 22, 8, 30, tzinfo=UTC),
    period="2026-10",
    sequence=1,
)
TERMS = Terms(
    sender="4401",
    recipient="44",
    keys=(("4401", CITY.public), ("4403", OTHER_CITY.public)),
    accepts={"contacts": frozenset({"1.0"})},
    limits=Limits(packed=2**20, unpacked=2**22, ratio=100, files=4),
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "october.csv"
    path.write_text("contact_id,centre\n1,4401\n")
    return path


def packed(tmp_path: Path, data: Path, *, key=CITY, **changes) -> Path:
    return packages.pack([Source(data)], manifest=replace(MANIFEST, **changes), key=key, into=tmp_path).path


def opened(path: Path, terms: Terms = TERMS) -> packages.Opened:
    into = path.with_suffix(".opened")
    into.mkdir()
    return packages.open(path, terms=terms, into=into)


def rebuilt(path: Path, change) -> Path:
    """The same package with its entries, as a list of (ZipInfo, bytes), changed."""
    with zipfile.ZipFile(path) as archive:
        entries = [(entry, archive.read(entry)) for entry in archive.infolist()]
    target = path.with_name("changed.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in change(entries):
            archive.writestr(entry, content)
    return target


def resigned(path: Path, edit, key=CITY) -> Path:
    """The same package whose descriptor was edited before a true signature was put to it."""

    def change(entries):
        content = json.loads(entries[0][1])
        edit(content)
        descriptor = json.dumps(content).encode()
        return [(entries[0][0], descriptor), (entries[1][0], sign_line(descriptor, key)), *entries[2:]]

    return rebuilt(path, change)


def test_files_come_out_as_they_went_in(tmp_path, data):
    result = opened(packed(tmp_path, data, layout="technion1999"))
    [resource] = result.manifest.resources
    assert (result.folder / resource.path).read_bytes() == data.read_bytes()
    assert (resource.bytes, resource.sha256) == (25, sha256(data.read_bytes()).hexdigest())
    assert replace(result.manifest, resources=()) == replace(MANIFEST, layout="technion1999")
    assert result.key == CITY.public.id


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    contents=some.lists(some.binary(max_size=3000).map(b"contact_id\n".__add__), min_size=1, max_size=3),
    period=some.sampled_from(["", "2026-10", "2026-W44"]),
)
def test_any_content_comes_out_as_it_went_in(tmp_path_factory, contents, period):
    folder = tmp_path_factory.mktemp("package")
    sources = []
    for number, content in enumerate(contents):
        (folder / f"{number}.csv").write_bytes(content)
        sources.append(Source(folder / f"{number}.csv"))
    manifest = replace(MANIFEST, period=period, sequence=1 if period else None)
    path = packages.pack(sources, manifest=manifest, key=CITY, into=folder).path
    result = opened(path)
    assert [(result.folder / each.path).read_bytes() for each in result.manifest.resources] == contents


def test_packing_twice_gives_the_same_bytes(tmp_path, data):
    (tmp_path / "again").mkdir()
    first, second = packed(tmp_path, data), packed(tmp_path / "again", data)
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()


def test_descriptor_is_a_data_package_others_can_read(tmp_path, data):
    with zipfile.ZipFile(packed(tmp_path, data)) as archive:
        content = json.loads(archive.read("datapackage.json"))
    assert content["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    [resource] = content["resources"]
    assert resource["path"] == "data/october.csv"
    assert resource["schema"] == "/formats/contacts/1.0/schema.json"
    assert resource["hash"] == "sha256:" + sha256(data.read_bytes()).hexdigest()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=some.integers(min_value=0), bits=some.integers(min_value=1, max_value=255))
def test_a_changed_byte_never_brings_out_other_content(tmp_path_factory, where, bits):
    folder = tmp_path_factory.mktemp("package")
    data = folder / "october.csv"
    data.write_text("contact_id,centre\n1,4401\n")
    path = packed(folder, data)
    content = bytearray(path.read_bytes())
    content[where % len(content)] ^= bits
    path.write_bytes(content)
    try:
        result = opened(path)
    except errors.PackageRefused:
        return
    assert (result.folder / "data/october.csv").read_bytes() == data.read_bytes()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=some.binary(max_size=400), tail=some.booleans())
def test_anything_else_is_refused_by_a_named_error(tmp_path_factory, content, tail):
    path = tmp_path_factory.mktemp("package") / "thing.zip"
    end = b"PK\x05\x06\0\0\0\0" + struct.pack("<HHLLH", 1, 1, len(content), 0, 0)
    path.write_bytes(content + end if tail else content)
    with pytest.raises(errors.PackageRefused):
        opened(path)


# --- who and what ---------------------------------------------------------------------------------------


def test_signature_of_a_stranger_is_refused(tmp_path, data):
    with pytest.raises(errors.PackageSignature):
        opened(packed(tmp_path, data, key=STRANGER))


def test_key_id_of_a_friend_does_not_help_a_stranger(tmp_path, data):
    def lie(entries):
        line = sign_line(entries[0][1], STRANGER).replace(
            STRANGER.public.id.encode(), CITY.public.id.encode()
        )
        return [entries[0], (entries[1][0], line), *entries[2:]]

    with pytest.raises(errors.PackageSignature):
        opened(rebuilt(packed(tmp_path, data), lie))


def test_descriptor_changed_after_signing_is_refused(tmp_path, data):
    def change(entries):
        return [(entries[0][0], entries[0][1].replace(b'"2026-10"', b'"2026-11"')), *entries[1:]]

    with pytest.raises(errors.PackageSignature):
        opened(rebuilt(packed(tmp_path, data), change))


def test_missing_signature_is_refused(tmp_path, data):
    with pytest.raises(errors.PackageSignature):
        opened(rebuilt(packed(tmp_path, data), lambda entries: [entries[0], *entries[2:]]))


def test_nothing_of_the_descriptor_is_read_before_the_signature(tmp_path, data):
    def change(entries):
        return [(entries[0][0], b"{not json"), *entries[1:]]

    with pytest.raises(errors.PackageSignature):
        opened(rebuilt(packed(tmp_path, data), change))


def test_package_of_another_city_is_refused(tmp_path, data):
    with pytest.raises(errors.PackageSender):
        opened(packed(tmp_path, data, key=OTHER_CITY, sender="4403"))


def test_city_that_speaks_for_another_is_refused(tmp_path, data):
    with pytest.raises(errors.PackageSender):
        opened(packed(tmp_path, data, sender="4403"))


@pytest.mark.parametrize(
    ("change", "error", "code"),
    [
        ({"recipient": "43"}, errors.PackageRecipient, "E-PKG-CENTRE"),
        ({"dataset": "weather"}, errors.PackageDataset, "E-PKG-DATASET"),
        ({"version": "9.0"}, errors.PackageVersion, "E-PKG-VERSION"),
    ],
)
def test_package_not_for_us_is_refused(tmp_path, data, change, error, code):
    with pytest.raises(error) as refused:
        opened(packed(tmp_path, data, **change))
    assert refused.value.code == code
    assert refused.value.message


@pytest.mark.parametrize(
    "edit",
    [
        lambda content: content.pop("canton:transfer"),
        lambda content: content.pop("resources"),
        lambda content: content["canton:transfer"].update(sender=4401),
        lambda content: content["canton:transfer"].update(period="../../x"),
        lambda content: content["canton:transfer"].update(sequence=None),
        lambda content: content["canton:transfer"].update(sequence=True),
        lambda content: content["resources"][0].update(bytes=-1),
        lambda content: content["resources"][0].update(bytes="25"),
        lambda content: content["resources"][0].update(hash="md5:0"),
        lambda content: content["resources"][0].update(path="../october.csv"),
        lambda content: content["resources"][0].update(path=["data/october.csv"]),
        lambda content: content["resources"].append(content["resources"][0]),
        lambda content: content.update(created="2026-11-22T08:30:00"),
        lambda content: content.update(created="yesterday"),
    ],
)
def test_wrong_descriptor_is_refused(tmp_path, data, edit):
    with pytest.raises(errors.PackageDescriptor):
        opened(resigned(packed(tmp_path, data), edit))


@pytest.mark.parametrize("content", [b"[]", b"null", b"1", b"[" * 50_000, b"\xff\xfe", b"{}"])
def test_descriptor_that_is_no_object_is_refused(tmp_path, data, content):
    def change(entries):
        return [(entries[0][0], content), (entries[1][0], sign_line(content, CITY)), *entries[2:]]

    with pytest.raises(errors.PackageDescriptor):
        opened(rebuilt(packed(tmp_path, data), change))


# --- its files --------------------------------------------------------------------------------------------


def test_changed_file_is_refused(tmp_path, data):
    def change(entries):
        return [*entries[:2], (entries[2][0], b"contact_id,centre\n2,4401\n")]

    with pytest.raises(errors.PackageHash):
        opened(rebuilt(packed(tmp_path, data), change))


def test_size_that_is_not_stated_is_refused(tmp_path, data):
    with pytest.raises(errors.PackageHash):
        opened(rebuilt(packed(tmp_path, data), lambda entries: [*entries[:2], (entries[2][0], b"short")]))


def test_file_that_is_not_listed_is_refused(tmp_path, data):
    with pytest.raises(errors.PackageFiles):
        opened(rebuilt(packed(tmp_path, data), lambda e: [*e, (zipfile.ZipInfo("data/more.csv"), b"x")]))


def test_listed_file_that_is_not_there_is_refused(tmp_path, data):
    with pytest.raises(errors.PackageFiles):
        opened(rebuilt(packed(tmp_path, data), lambda entries: entries[:2]))


@pytest.mark.parametrize(
    "name",
    [
        "../outside.csv",
        "data/../../outside.csv",
        "/etc/cron.d/canton",
        "C:/windows.csv",
        "data\\..\\outside.csv",
        "data/./october.csv",
        "data//october.csv",
        "data/deep/october.csv",
        "data/.hidden",
        "data/line\nend.csv",
        "data/",
        "data/" + "x" * 200,
        "",
    ],
)
def test_name_that_leads_elsewhere_is_refused(tmp_path, data, name):
    def change(entries):
        return [*entries, (zipfile.ZipInfo(name), b"x")]

    with pytest.raises(errors.PackagePath):
        opened(rebuilt(packed(tmp_path, data), change))
    assert not (tmp_path.parent / "outside.csv").exists()


def test_name_cut_by_a_nul_is_refused(tmp_path, data):
    path = rebuilt(packed(tmp_path, data), lambda e: [*e, (zipfile.ZipInfo("data/more.csvXtail"), b"x")])
    path.write_bytes(path.read_bytes().replace(b"data/more.csvXtail", b"data/more.csv\0tail"))
    with pytest.raises(errors.PackagePath):
        opened(path)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO, stat.S_IFCHR])
def test_anything_but_a_plain_file_is_refused(tmp_path, data, kind):
    entry = zipfile.ZipInfo("data/link.csv")
    entry.create_system, entry.external_attr = 3, (kind | 0o777) << 16
    with pytest.raises(errors.PackagePath):
        opened(rebuilt(packed(tmp_path, data), lambda entries: [*entries, (entry, b"/etc/passwd")]))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["data/october.csv", "DATA/October.csv", "datapackage.json"])
def test_name_that_stands_twice_is_refused(tmp_path, data, name):
    with pytest.raises(errors.PackagePath):
        opened(rebuilt(packed(tmp_path, data), lambda e: [*e, (zipfile.ZipInfo(name), e[2][1])]))


def test_encrypted_file_is_refused(tmp_path, data):
    path = packed(tmp_path, data)
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(errors.PackageEncrypted):
        opened(path)


@given(some.text(max_size=120))
def test_any_name_of_a_file_can_be_made_safe(name):
    assert is_safe(packages.safe_name(name))


@pytest.mark.parametrize("name", ["january.txt", "十月.csv", "GZ_2026-10.csv"])
def test_good_names_stay_as_they_are(name):
    assert packages.safe_name(name) == name


# --- bombs and odd archives -------------------------------------------------------------------------------


def test_zip_bomb_is_refused_by_its_ratio(tmp_path, data):
    data.write_bytes(b"0" * 2**21)
    with pytest.raises(errors.PackageBomb):
        opened(packed(tmp_path, data))


def test_zip_bomb_is_refused_by_its_size(tmp_path, data):
    data.write_bytes(b"0" * 2**21)
    limits = Limits(packed=2**20, unpacked=2**20, ratio=10_000, files=4)
    with pytest.raises(errors.PackageBomb):
        opened(packed(tmp_path, data), replace(TERMS, limits=limits))


def test_bomb_whose_directory_lies_about_its_size_is_refused(tmp_path, data):
    data.write_bytes(b"0" * 2**21)
    path = resigned(packed(tmp_path, data), lambda content: content["resources"][0].update(bytes=100))
    content = path.read_bytes().replace(struct.pack("<L", 2**21), struct.pack("<L", 100))
    path.write_bytes(content)
    with pytest.raises(errors.PackageRefused):
        opened(path)
    written = path.with_suffix(".opened") / "data/october.csv"
    assert not written.exists() or written.stat().st_size <= 100


def test_too_many_files_are_refused(tmp_path, data):
    more = [(zipfile.ZipInfo(f"data/{number}.csv"), b"") for number in range(5)]
    with pytest.raises(errors.PackageBomb):
        opened(rebuilt(packed(tmp_path, data), lambda entries: entries + more))


def test_too_large_archive_is_refused_unread(tmp_path, data):
    with pytest.raises(errors.PackageBomb):
        opened(packed(tmp_path, data), replace(TERMS, limits=Limits(packed=100)))


def test_archive_within_the_archive_is_refused(tmp_path, data):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("more.csv", b"x")
    data.write_bytes(inner.getvalue())
    with pytest.raises(errors.PackageBomb):
        opened(packed(tmp_path, data))


@pytest.mark.parametrize(
    "change",
    [
        lambda content: b"",
        lambda content: b"PK\x05\x06",
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: b"#!/bin/sh\n" + content,
        lambda content: content + b"more",
        lambda content: content[:-2] + b"\x05\x00hello",
        lambda content: content[:-22] + b"PK\x06\x07" + b"\0" * 16 + content[-22:],
        lambda content: content[:-12] + b"\x63\x00" + content[-10:],
    ],
)
def test_archive_readers_could_disagree_about_is_refused(tmp_path, data, change):
    path = packed(tmp_path, data)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(errors.PackageNotZip) as refused:
        opened(path)
    assert refused.value.code == "E-PKG-ZIP"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compression_other_than_deflate_is_refused(tmp_path, data, method):
    def change(entries):
        entry = zipfile.ZipInfo("data/more.csv")
        entry.compress_type = method
        return [*entries, (entry, b"x" * 100)]

    with pytest.raises(errors.PackageNotZip):
        opened(rebuilt(packed(tmp_path, data), change))


# --- keys ---------------------------------------------------------------------------------------------------


def test_public_key_survives_being_written_down():
    assert VerifyKey.parse(str(CITY.public)) == CITY.public


@pytest.mark.parametrize("text", ["", "AAAA", "not base64!", "ssh-ed25519 AAAA"])
def test_what_is_no_key_is_not_read_as_one(text):
    with pytest.raises(ValueError):
        VerifyKey.parse(text)
