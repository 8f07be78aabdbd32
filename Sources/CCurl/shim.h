#ifndef AWSJOB_CCURL_SHIM_H
#define AWSJOB_CCURL_SHIM_H

#include <curl/curl.h>

// Typed wrappers: curl_easy_setopt and curl_easy_getinfo are variadic, which Swift cannot call.

static inline CURLcode awsjob_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode awsjob_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode awsjob_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode awsjob_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}
typedef size_t (*awsjob_data_callback)(char *data, size_t size, size_t count, void *user);
static inline CURLcode awsjob_set_callback(CURL *easy, CURLoption option, awsjob_data_callback value) {
    return curl_easy_setopt(easy, option, value);
}
static inline long awsjob_info_long(CURL *easy, CURLINFO info) {
    long value = 0;
    curl_easy_getinfo(easy, info, &value);
    return value;
}
static inline curl_off_t awsjob_info_offset(CURL *easy, CURLINFO info) {
    curl_off_t value = 0;
    curl_easy_getinfo(easy, info, &value);
    return value;
}
static inline const char *awsjob_info_string(CURL *easy, CURLINFO info) {
    const char *value = NULL;
    curl_easy_getinfo(easy, info, &value);
    return value;
}
/// The finished easy handle of a CURLMSG_DONE message and its result.
static inline CURL *awsjob_done(CURLM *multi, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    }
    return NULL;
}
/// CURLOPT_QUICK_EXIT (libcurl 7.87): do not wait for a hanging name resolution when the handle is closed.
static inline void awsjob_set_quick_exit(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075700
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#else
    (void)easy;
#endif
}
static inline void awsjob_allow_http_and_https(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

#endif
