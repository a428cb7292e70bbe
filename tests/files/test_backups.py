"""A backup's file: whole or refused by name, whatever happened to it."""

import os
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.files import backups
from service.files.backups import DamagedBackup, Manifest, NewerBackup, reading_backup, writing_backup

LINES = [b"1\tone\n2\ttwo\n", b"3\tthree\n"]
PICTURE = bytes(range(256)) * 8


def new_manifest() -> Manifest:
    return Manifest(made_at="2026-11-28T00:00:00+00:00", revision="r", postgresql="18", audit_head="")


def write(path: Path) -> Path:
    with writing_backup(path, new_manifest()) as backup:
        backup.add_table("number", ["id", "word"], iter(LINES))
        backup.add_photo("ab" * 32, PICTURE)
        backup.manifest.sequences = {"number_id_seq": (3, True)}
    return path


def read(path: Path):
    with reading_backup(path) as backup:
        return backup.manifest, b"".join(backup.table("number")), backup.photo("ab" * 32)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    return write(tmp_path_factory.mktemp("backup") / "whole.tar")


def test_what_was_written_is_read_again(whole: Path):
    manifest, lines, picture = read(whole)
    assert (lines, picture) == (b"".join(LINES), PICTURE)
    assert (manifest.row_count, manifest.photos) == (3, ["ab" * 32])
    assert manifest.sequences == {"number_id_seq": (3, True)}


def test_only_its_owner_may_read_it(whole: Path):
    assert whole.stat().st_mode & 0o777 == 0o600


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_backup_that_was_cut_off_anywhere_is_refused(whole: Path, tmp_path: Path, share: float):
    content = whole.read_bytes()
    end = content.rindex(b"manifest.json")
    cut = tmp_path / "cut.tar"
    cut.write_bytes(content[: int(share * end)])
    with pytest.raises(DamagedBackup):
        read(cut)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(data=st.data())
def test_a_changed_byte_is_refused_or_was_none_of_the_content(whole: Path, tmp_path: Path, data):
    content = bytearray(whole.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    changed = tmp_path / "changed.tar"
    changed.write_bytes(content)
    try:
        found = read(changed)
    except (DamagedBackup, NewerBackup):
        return
    assert found == read(whole)


@pytest.mark.parametrize("content", [b"", b"no tar", b"\0" * 10240])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(DamagedBackup):
        read(path)
    with pytest.raises(DamagedBackup):
        read(tmp_path / "nowhere")


@pytest.mark.parametrize("missing", ["tables", "sequences"])
def test_a_manifest_that_leaves_out_what_it_must_say_is_refused(tmp_path: Path, monkeypatch, missing):
    monkeypatch.setattr(backups, "asdict", lambda manifest: {k: v for k, v in asdict(manifest).items() if k != missing})
    path = write(tmp_path / "backup.tar")
    with pytest.raises(DamagedBackup, match=missing):
        read(path)


def test_a_later_format_is_refused_by_name(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(backups, "VERSION", 2)
    path = write(tmp_path / "later.tar")
    monkeypatch.undo()
    with pytest.raises(NewerBackup, match="reads up to 1"):
        read(path)


def test_a_disk_that_is_full_leaves_the_old_backup_and_nothing_half(tmp_path: Path, monkeypatch):
    path = write(tmp_path / "backup.tar")
    before = path.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write(path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["backup.tar"]
