# requires: cryptography
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

key = Fernet.generate_key()
assert Fernet(key).decrypt(Fernet(key).encrypt(b"secret")) == b"secret"
try:
    Fernet(Fernet.generate_key()).decrypt(Fernet(key).encrypt(b"secret"))
except InvalidToken:
    pass
private = ec.generate_private_key(ec.SECP256R1())
private.public_key().verify(private.sign(b"m", ec.ECDSA(hashes.SHA256())), b"m", ec.ECDSA(hashes.SHA256()))
signer = ed25519.Ed25519PrivateKey.generate()
signer.public_key().verify(signer.sign(b"m"), b"m")
assert rsa.generate_private_key(65537, 2048).key_size == 2048
for cipher in (AESGCM(b"k" * 32), ChaCha20Poly1305(b"k" * 32)):
    assert cipher.decrypt(b"n" * 12, cipher.encrypt(b"n" * 12, b"data", b"more"), b"more") == b"data"
import ssl  # noqa: E402  the program's own OpenSSL, beside the wheel's

assert ssl.create_default_context().cert_store_stats()["x509_ca"] > 100
print("Fernet, ECDSA, Ed25519, RSA, AES-GCM, beside the ssl module's own OpenSSL")
