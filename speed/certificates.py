"""Certificates as a public authority gives them, made for one run: an ECDSA leaf with its proofs of
transparency, the ECDSA certificate that signed it, and an RSA one for those who cannot.

A self-signed certificate of 400 bytes would flatter every figure by a third of a second.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import (
    CertificateIssuerPrivateKeyTypes,
    PrivateKeyTypes,
)
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

_AUTHORITY = "An Authority For Measurements"
_PROOFS = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
_TWO_PROOFS = 242  # bytes of two signed timestamps of P-256
_LIFE = timedelta(days=2)
_Extensions = Sequence[tuple[x509.ExtensionType, bool]]


def make(folder: Path, host: str) -> str:
    """Write `ecdsa.pem` (leaf, then who signed it), `rsa.pem` and their keys, and `root.pem`; the
    hash by which a browser may be told to trust the first (base64 of SHA-256 over its key)."""
    above, middle, leaf = ec.generate_private_key(ec.SECP384R1()), _key(), _key()
    root = _certificate("Root", "Root", above, above, [(x509.BasicConstraints(True, 1), True)])
    signed = _certificate("Root", "E1", middle, above, [
        (x509.BasicConstraints(True, 0), True),
        (x509.AuthorityInformationAccess([_at(AuthorityInformationAccessOID.CA_ISSUERS)]), False),
        (_lists(), False),
    ])  # fmt: skip
    own = _certificate("E1", host, leaf, middle, _extensions(host))
    _write(folder / "ecdsa", leaf, own, signed)
    (folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    other = rsa.generate_private_key(65537, 2048)
    _write(folder / "rsa", other, _certificate(host, host, other, other, _extensions(host)))
    public = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(public).digest()).decode()


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _extensions(host: str) -> _Extensions:
    return [
        (x509.SubjectAlternativeName([x509.DNSName(host)]), False),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.BasicConstraints(False, None), True),
        (x509.AuthorityInformationAccess([_at(AuthorityInformationAccessOID.CA_ISSUERS)]), False),
        (_lists(), False),
        (x509.UnrecognizedExtension(_PROOFS, secrets.token_bytes(_TWO_PROOFS)), False),
    ]


def _at(use: x509.ObjectIdentifier) -> x509.AccessDescription:
    where = x509.UniformResourceIdentifier("http://e1.i.authority.example/")
    return x509.AccessDescription(use, where)


def _lists() -> x509.CRLDistributionPoints:
    where = x509.UniformResourceIdentifier("http://e1.c.authority.example/97.crl")
    return x509.CRLDistributionPoints([x509.DistributionPoint([where], None, None, None)])


def _certificate(
    issuer: str, subject: str, key: CertificateIssuerPrivateKeyTypes,
    signer: CertificateIssuerPrivateKeyTypes, more: _Extensions,
) -> x509.Certificate:  # fmt: skip
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        _name(issuer), _name(subject), key.public_key(), x509.random_serial_number(),
        now - timedelta(hours=1), now + _LIFE,
    )  # fmt: skip
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    for extension, critical in ((own, False), (above, False), *more):
        builder = builder.add_extension(extension, critical)
    strong = isinstance(signer, ec.EllipticCurvePrivateKey) and signer.key_size > 256
    return builder.sign(signer, SHA384() if strong else SHA256())


def _name(common: str) -> x509.Name:
    parts = [(NameOID.COMMON_NAME, common)]
    if "." not in common:
        parts = [(NameOID.COUNTRY_NAME, "MA"), (NameOID.ORGANIZATION_NAME, _AUTHORITY), *parts]
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])


def _write(name: Path, key: PrivateKeyTypes, *chain: x509.Certificate) -> None:
    name.parent.mkdir(exist_ok=True)
    name.with_suffix(".pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in chain))
    name.with_suffix(".key").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
