"""A certification authority made of OpenSSL and its GOST engine: the oracle the package is held against."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from roadmap.signatures.verdict import Verdict

HINT = "apt-get install openssl libengine-gost-openssl"

CONFIG = """\
openssl_conf = start
[start]
engines = engines
oid_section = numbers
[engines]
gost = gost
[gost]
engine_id = gost
dynamic_path = {engine}
default_algorithms = ALL
[numbers]
innOrganisation = 1.2.643.100.4
[req]
distinguished_name = dn
[dn]
[ca]
default_ca = office
[office]
database = {folder}/index-$ENV::CA_NAME.txt
crlnumber = {folder}/crlnumber-$ENV::CA_NAME
unique_subject = no
default_crl_days = 30
"""

# name → how to make the key, the digest it signs with
ALGORITHMS = {
    **{
        f"256-{name}": (["gost2012_256", f"paramset:{name}"], "md_gost12_256")
        for name in ("A", "B", "C", "XA", "XB", "TCA", "TCB", "TCC", "TCD")
    },
    **{f"512-{name}": (["gost2012_512", f"paramset:{name}"], "md_gost12_512") for name in ("A", "B", "C")},
    "RSA-1024": (["RSA", "rsa_keygen_bits:1024"], "sha256"),
    "RSA-3072": (["RSA", "rsa_keygen_bits:3072"], "sha256"),
    "P-256": (["EC", "ec_paramgen_curve:P-256"], "sha256"),
}

PETROVA = (
    "/C=RU/CN=МБОУ «Школа № 1»/SN=Петрова/GN=Анна Сергеевна/1.2.643.3.131.1.1=246001234567"
    "/1.2.643.100.3=12345678901/1.2.643.100.1=1022401234567/1.2.643.100.4=2434000001"
)
CA = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign"
PERSON = "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation"
KEY_IDS = "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid"


def find_engine() -> Path | None:
    """The engine's library, where this OpenSSL looks for engines."""
    try:
        said = subprocess.run(["openssl", "version", "-e"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r'"(.+)"', said)
    engine = Path(found[1]) / "gost.so" if found else None
    return engine if engine and engine.exists() else None


@dataclass(frozen=True)
class Holder:
    """A key with its certificate; ``serial`` in upper-case hex."""

    name: str
    algorithm: str
    folder: Path
    issuer: Holder | None = None

    @property
    def key(self) -> Path:
        return self.folder / f"{self.name}.key"

    @property
    def certificate(self) -> Path:
        return self.folder / f"{self.name}.pem"

    @property
    def pem(self) -> bytes:
        return self.certificate.read_bytes()

    @property
    def digest(self) -> str:
        return ALGORITHMS[self.algorithm][1]


@dataclass
class Pki:
    folder: Path
    engine: Path
    holders: dict[str, Holder] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.config = self.folder / "openssl.cnf"
        self.config.write_text(CONFIG.format(engine=self.engine, folder=self.folder), encoding="utf-8")

    def openssl(
        self,
        command: str,
        *more: str | Path,
        check: bool = True,
        ca: str = "none",
        config: Path | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Runs ``command``, split at spaces, with ``more`` arguments taken as they are."""
        environment = {**os.environ, "OPENSSL_CONF": str(config or self.config), "CA_NAME": ca}
        arguments = ["openssl", *command.split(), *map(str, more)]
        done = subprocess.run(arguments, env=environment, capture_output=True, check=False)
        if check and done.returncode:
            raise RuntimeError(done.stderr.decode())
        return done

    def holder(
        self,
        name: str,
        algorithm: str,
        issuer: Holder | None = None,
        *,
        subject: str | None = None,
        extensions: str | None = None,
        days: int = 3650,
        serial: int | None = None,
    ) -> Holder:
        """A new key and a certificate of ``issuer`` (of its own, an authority, by default)."""
        made = Holder(name, algorithm, self.folder, issuer)
        kind, option = ALGORITHMS[algorithm][0]
        self.openssl(f"genpkey -algorithm {kind} -pkeyopt {option} -out", made.key)
        usual = CA if issuer is None else PERSON
        described = self.folder / f"{name}.ext"
        described.write_text(f"{extensions or usual}\n{KEY_IDS}\n", encoding="utf-8")
        number = serial or 0x0A00 + len(self.holders)
        self.certify(made, subject or f"/CN={name}", number, f"-days {days} -out", made.certificate, described)
        self.holders[name] = made
        return made

    def certify(
        self,
        holder: Holder,
        subject: str,
        serial: int,
        options: str,
        out: Path,
        extensions: Path | None = None,
    ) -> None:
        """Writes a certificate of the holder's key to ``out``; ``options`` end with OpenSSL's «-out»."""
        request = self.folder / f"{holder.name}.csr"
        new = f"req -new -utf8 -{holder.digest} -out"
        self.openssl(new, request, "-subj", subject, "-key", holder.key)
        signer = holder.issuer or holder
        by = ("-CA", signer.certificate, "-CAkey", signer.key) if holder.issuer else ("-signkey", holder.key)
        described = ("-extfile", extensions) if extensions else ()
        signing = f"x509 -req -set_serial {serial} -{signer.digest} {options}"
        self.openssl(signing, out, "-in", request, *by, *described)

    def sign(
        self,
        document: Path,
        *signers: Holder,
        options: tuple[str, ...] = ("-cades",),
        form: str = "DER",
        inside: tuple[Holder, ...] = (),
    ) -> bytes:
        """`openssl cms -sign`: detached and with CAdES attributes unless ``options`` say otherwise."""
        out, bundle = self.folder / "made.sig", self.folder / "inside.pem"
        bundle.write_bytes(b"".join(one.pem for one in inside))
        each = [part for one in signers for part in ("-signer", one.certificate, "-inkey", one.key)]
        more = ["-certfile", bundle] if inside else []
        command = f"cms -sign -binary -md {signers[0].digest} -outform {form} -out"
        self.openssl(command, out, "-in", document, *each, *more, *options)
        return out.read_bytes()

    def accepts(self, document: Path, signature: bytes, root: Holder) -> bool:
        """What the oracle itself says of a detached signature."""
        sig = self.folder / "judged.sig"
        sig.write_bytes(signature)
        command = f"cms -verify -binary -purpose any -inform DER -out {os.devnull} -in"
        done = self.openssl(command, sig, "-content", document, "-CAfile", root.certificate, check=False)
        return done.returncode == 0

    def crl(self, authority: Holder, *revoked: Holder, extensions: str = "") -> bytes:
        """A list of revoked certificates by ``authority``, PEM; ``extensions``: lines of a configuration."""
        index = self.folder / f"index-{authority.name}.txt"
        index.write_text("", encoding="utf-8")
        (self.folder / f"crlnumber-{authority.name}").write_text("01\n", encoding="utf-8")
        usual = self.config.read_text(encoding="utf-8")
        config = self.folder / "crl.cnf"
        lines = extensions or "authorityKeyIdentifier=keyid"
        config.write_text(f"{usual}[only]\n{lines}\n", encoding="utf-8")
        by = ("-cert", authority.certificate, "-keyfile", authority.key, "-md", authority.digest)
        for one in revoked:
            self.openssl("ca -revoke", one.certificate, *by, ca=authority.name)
        out = self.folder / f"{authority.name}.crl"
        self.openssl("ca -gencrl -crlexts only -out", out, *by, ca=authority.name, config=config)
        return out.read_bytes()


@dataclass(frozen=True)
class Cast:
    """Who takes part: a root, an authority under it, signers of each kind, an impostor of the root's name."""

    root: Holder
    office: Holder
    head: Holder
    deputy: Holder
    gost_512: Holder
    rsa: Holder
    elliptic: Holder
    evil_root: Holder
    evil_head: Holder


def facts(verdict: Verdict) -> list[str]:
    """matches, signature, chain, validity, revocation."""
    found = (verdict.matches, verdict.signature, verdict.chain, verdict.validity, verdict.revocation)
    return [fact.value for fact in found]
