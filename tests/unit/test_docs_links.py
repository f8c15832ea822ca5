"""What the documents name is there: other documents, make targets, commands, pictures."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
READMES = ("README.md", "README.zh-Hans.md")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
QUOTED = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
PICTURE_BYTES = 200_000


def names(document: Path) -> str:
    return str(document.relative_to(ROOT))


def code(document: Path) -> str:
    """Everything a reader may copy into a shell, and what stands between backticks."""
    text = document.read_text(encoding="utf-8")
    return "\n".join([*QUOTED.findall(text), *BLOCK.findall(text)])


@pytest.mark.parametrize("document", DOCUMENTS, ids=names)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    targets = [link.partition("#")[0] for link in LINK.findall(document.read_text(encoding="utf-8"))]
    inside = [target for target in targets if target and "://" not in target]
    assert [target for target in inside if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=names)
def test_no_document_names_a_folder_of_the_machine_it_was_written_on(document: Path) -> None:
    assert not re.search(r"/(root|home|work|tmp|Users)/", document.read_text(encoding="utf-8"))


def test_every_make_target_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    named = {target for document in DOCUMENTS for target in re.findall(r"\bmake ([a-z-]+)", code(document))}
    assert {"up", "test"} <= named <= targets


def test_every_command_named_exists() -> None:
    from canton.cli import COMMANDS

    named = {
        command
        for document in DOCUMENTS
        for command in re.findall(r"(?:^|[\s/])canton ([a-z]+)\b", code(document), re.MULTILINE)
    }
    assert {"up", "intake", "report", "selfcheck", "demo"} <= named <= set(COMMANDS)


def test_both_readmes_have_the_same_parts_and_commands() -> None:
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in READMES]
    parts = [re.findall(r"^(#+) ", text, re.MULTILINE) for text in texts]
    commands = [BLOCK.findall(text) for text in texts]
    assert parts[0] == parts[1]
    assert commands[0] == commands[1]
    assert commands[0]


def test_the_pictures_of_the_readme_are_there_and_small() -> None:
    pictures = sorted((ROOT / "docs/images").glob("*.png"))
    assert [picture.stem for picture in pictures] == ["batches", "report"]
    assert [picture for picture in pictures if picture.stat().st_size >= PICTURE_BYTES] == []
