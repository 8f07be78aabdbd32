"""Writes certificates for tests into FOLDER, each NAME.pem with its NAME.key:

    ca           an authority; it has signed the next three
    server       of 127.0.0.1, localhost and *.example.test
    other-host   of another host
    expired      of 127.0.0.1, until yesterday
    other-ca     an authority that has signed none of them

    python certificates.py FOLDER
"""

import datetime
import ipaddress
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)
NOW = datetime.datetime.now(datetime.timezone.utc)
LOOPBACK = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))


def write(folder, name, issuer, alternatives, until):
    """One certificate, signed by `issuer` (a name and a key), or by itself. Returns its own name and key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"test {name}")])
    issuer_name, issuer_key = issuer or (subject, key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - 3 * DAY)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if alternatives:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    certificate = builder.sign(issuer_key, hashes.SHA256())
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / f"{name}.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return subject, key


def main():
    folder = Path(sys.argv[1])
    authority = write(folder, "ca", None, [], NOW + DAY)
    names = [LOOPBACK, x509.DNSName("localhost"), x509.DNSName("*.example.test")]
    write(folder, "server", authority, names, NOW + DAY)
    write(folder, "other-host", authority, [x509.DNSName("elsewhere.example.test")], NOW + DAY)
    write(folder, "expired", authority, [LOOPBACK], NOW - DAY)
    write(folder, "other-ca", None, [], NOW + DAY)


if __name__ == "__main__":
    main()
