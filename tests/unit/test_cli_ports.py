"""A taken port names its holder."""

import os
import socket

import pytest
from django.utils import translation

from canton.cli.errors import PortTaken
from canton.cli.ports import holder, require_free


def test_a_taken_port_names_the_process_and_its_command() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(PortTaken) as caught:
            require_free("127.0.0.1", {"web": port})
    assert caught.value.code == "E-UP-PORT"
    with translation.override("en"):
        said = str(caught.value)
    assert f"Port {port}, wanted for web, is taken by process {os.getpid()} (" in said
    assert "python" in said


def test_a_free_port_is_free_again_after_its_holder_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    require_free("127.0.0.1", {"web": port})
    assert holder(port) == "the system"
