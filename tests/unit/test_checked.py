"""Values of options that are looked at by themselves."""

from __future__ import annotations

import pytest

from dualstack.checked import authorities
from dualstack.errors import UsageProblem


def test_addresses_with_ports() -> None:
    """Either family, in its shortest spelling."""
    given = ["192.0.2.1:80", "[2001:DB8:0::1]:8080"]

    assert authorities("egress-target", given) == ("192.0.2.1:80", "[2001:db8::1]:8080")


@pytest.mark.parametrize(
    "text", ["example.org:80", "192.0.2.1", "2001:db8::1:80", "[192.0.2.1]:80", "192.0.2.1:0", "192.0.2.1:x", "[::1:80"]
)
def test_what_is_no_address_with_a_port(text: str) -> None:
    """Names, missing ports and missing brackets are bad input, with an example of what is right."""
    with pytest.raises(UsageProblem, match="is no address with a port") as refused:
        authorities("egress-target", [text])
    assert "[2001:db8::1]:80" in refused.value.cure
