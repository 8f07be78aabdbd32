#ifndef AWSJOB_CCRYPTO_SHIM_H
#define AWSJOB_CCRYPTO_SHIM_H

#include <openssl/evp.h>

/// Ready for the bytes of one SHA-256, NULL on failure. Each thread keeps one: to make one and to look the algorithm up
/// takes longer than to hash a request.
static inline EVP_MD_CTX *awsjob_sha256_begin(void) {
    static _Thread_local EVP_MD_CTX *context;
    if (context != NULL) return EVP_DigestInit_ex(context, NULL, NULL) ? context : NULL;
    EVP_MD_CTX *fresh = EVP_MD_CTX_new();
    if (fresh == NULL || !EVP_DigestInit_ex(fresh, EVP_sha256(), NULL)) {
        EVP_MD_CTX_free(fresh);
        return NULL;
    }
    return context = fresh;
}
/// SHA-256 of one piece behind the other into `digest` (32 bytes). 1 on success.
static inline int awsjob_sha256_of_two(const unsigned char *first, size_t first_count, const unsigned char *second,
                                       size_t second_count, unsigned char *digest) {
    EVP_MD_CTX *context = awsjob_sha256_begin();
    return context != NULL && EVP_DigestUpdate(context, first, first_count)
        && EVP_DigestUpdate(context, second, second_count) && EVP_DigestFinal_ex(context, digest, NULL);
}

#endif
