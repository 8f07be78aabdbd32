#ifndef AWSJOB_CCRYPTO_H
#define AWSJOB_CCRYPTO_H

#include <stddef.h>

// libcrypto is loaded with the first digest, and not linked: commands that need none start a millisecond sooner.

/// NULL, or why there is no libcrypto in the dynamic loader's words.
const char *awsjob_crypto_load(void);
/// SHA-256 of one piece behind the other into `digest` (32 bytes). 1 on success.
int awsjob_sha256_of_two(const unsigned char *first, size_t first_count, const unsigned char *second, size_t second_count,
                         unsigned char *digest);

#endif
