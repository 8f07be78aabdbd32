#ifndef AWSJOB_CPCRE2_SHIM_H
#define AWSJOB_CPCRE2_SHIM_H

// libpcre2-8 as typed functions: its own names are macros that Swift does not see.

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stddef.h>

/// NULL with the error's number and byte offset when the pattern is no pattern. Bytes, not characters: logs are not always UTF-8.
static inline pcre2_code *awsjob_pattern_compile(const unsigned char *pattern, size_t length, int *error, size_t *offset) {
    pcre2_code *code = pcre2_compile(pattern, length, PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C, error, offset, NULL);
    if (code) pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    return code;
}
static inline void awsjob_pattern_free(pcre2_code *code) { pcre2_code_free(code); }
static inline void awsjob_pattern_message(int error, unsigned char *text, size_t size) { pcre2_get_error_message(error, text, size); }
static inline pcre2_match_data *awsjob_pattern_places(pcre2_code *code) { return pcre2_match_data_create_from_pattern(code, NULL); }
static inline void awsjob_pattern_places_free(pcre2_match_data *places) { pcre2_match_data_free(places); }
/// Bounds what one match may cost: steps, nested steps, KiB of heap.
static inline pcre2_match_context *awsjob_pattern_limits(uint32_t steps, uint32_t depth, uint32_t heap) {
    pcre2_match_context *limits = pcre2_match_context_create(NULL);
    if (!limits) return NULL;
    pcre2_set_match_limit(limits, steps);
    pcre2_set_depth_limit(limits, depth);
    pcre2_set_heap_limit(limits, heap);
    return limits;
}
static inline void awsjob_pattern_limits_free(pcre2_match_context *limits) { pcre2_match_context_free(limits); }
/// Number of groups that were set plus one, PCRE2_ERROR_NOMATCH, or another negative error.
static inline int awsjob_pattern_match(pcre2_code *code, const unsigned char *text, size_t length, size_t start, pcre2_match_data *places, pcre2_match_context *limits) {
    return pcre2_match(code, text, length, start, 0, places, limits);
}
/// Start and end of each group, in pairs.
static inline const size_t *awsjob_pattern_offsets(pcre2_match_data *places) { return pcre2_get_ovector_pointer(places); }
static const int awsjob_pattern_no_match = PCRE2_ERROR_NOMATCH;

#endif
