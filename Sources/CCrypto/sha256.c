#include "CCrypto.h"

#include <dlfcn.h>
#include <openssl/evp.h>
#include <openssl/opensslv.h>

#define FUNCTIONS(each)                                                                                                  \
    each(EVP_sha256) each(EVP_MD_CTX_new) each(EVP_MD_CTX_free) each(EVP_DigestInit_ex) each(EVP_DigestUpdate)           \
    each(EVP_DigestFinal_ex)

/// As libcrypto's header declares them.
static struct {
#define FIELD(name) __typeof__(&name) name;
    FUNCTIONS(FIELD)
} lib;

#define TEXT(number) #number
#define NAME(version) "libcrypto.so." TEXT(version)

const char *awsjob_crypto_load(void) {
    static int is_loaded;
    if (is_loaded) return NULL;
    void *library = dlopen(NAME(OPENSSL_SHLIB_VERSION), RTLD_LAZY | RTLD_LOCAL);
    if (library == NULL) return dlerror();
#define FIND(name)                                                          \
    if ((*(void **)&lib.name = dlsym(library, #name)) == NULL) return dlerror();
    FUNCTIONS(FIND)
    is_loaded = 1;
    return NULL;
}

/// Ready for the bytes of one SHA-256, NULL on failure. Each thread keeps one: to make one and to look the algorithm up
/// takes longer than to hash a request.
static EVP_MD_CTX *begin(void) {
    static _Thread_local EVP_MD_CTX *context;
    if (context != NULL) return lib.EVP_DigestInit_ex(context, NULL, NULL) ? context : NULL;
    if (awsjob_crypto_load() != NULL) return NULL;
    EVP_MD_CTX *fresh = lib.EVP_MD_CTX_new();
    if (fresh == NULL || !lib.EVP_DigestInit_ex(fresh, lib.EVP_sha256(), NULL)) {
        lib.EVP_MD_CTX_free(fresh);
        return NULL;
    }
    return context = fresh;
}

int awsjob_sha256_of_two(const unsigned char *first, size_t first_count, const unsigned char *second, size_t second_count,
                         unsigned char *digest) {
    EVP_MD_CTX *context = begin();
    return context != NULL && lib.EVP_DigestUpdate(context, first, first_count)
        && lib.EVP_DigestUpdate(context, second, second_count) && lib.EVP_DigestFinal_ex(context, digest, NULL);
}
