"""A package comes out as it went in, or not at all."""

import json
import struct
import zipfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from package_files import CITY, MANIFEST, OTHER_CITY, STRANGER, october, opened, packed, rebuilt, resigned

from canton.exchange import errors, packages
from canton.exchange.packages import Source
from canton.exchange.packages.writing import _signature as sign_line


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return october(tmp_path)


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
