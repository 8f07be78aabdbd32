#ifndef AWSJOB_CCRYPTO_SHIM_H
#define AWSJOB_CCRYPTO_SHIM_H

#include <openssl/evp.h>
#include <openssl/hmac.h>

/// SHA-256 of `count` bytes into `digest` (32 bytes). 1 on success.
static inline int awsjob_sha256(const unsigned char *bytes, size_t count, unsigned char *digest) {
    return EVP_Digest(bytes, count, digest, NULL, EVP_sha256(), NULL);
}
/// HMAC-SHA-256 into `digest` (32 bytes). 1 on success.
static inline int awsjob_hmac_sha256(const unsigned char *key, size_t key_count, const unsigned char *bytes,
                                     size_t count, unsigned char *digest) {
    return HMAC(EVP_sha256(), key, (int)key_count, bytes, count, digest, NULL) != NULL;
}

#endif
