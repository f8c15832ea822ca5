"""An archive that reaches outside, hides something, swells or can be read in two ways is refused."""

import io
import stat
import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from package_files import TERMS, october, opened, packed, rebuilt, resigned

from canton.exchange import errors, packages
from canton.exchange.packages import Limits
from canton.exchange.packages.archive import is_safe


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return october(tmp_path)


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
