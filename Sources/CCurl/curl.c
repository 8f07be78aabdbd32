// Its type checks are macros that take no pointers to functions.
#define CURL_DISABLE_TYPECHECK
#include "CCurl.h"

#include <dlfcn.h>

#define FUNCTIONS(each)                                                                                                  \
    each(curl_global_init) each(curl_multi_init) each(curl_multi_cleanup) each(curl_multi_add_handle)                    \
    each(curl_multi_remove_handle) each(curl_multi_perform) each(curl_multi_poll) each(curl_multi_info_read)             \
    each(curl_easy_init) each(curl_easy_reset) each(curl_easy_cleanup) each(curl_easy_strerror) each(curl_easy_setopt)   \
    each(curl_easy_getinfo) each(curl_slist_append) each(curl_slist_free_all)

/// As libcurl's header declares them.
static struct {
#define FIELD(name) __typeof__(&name) name;
    FUNCTIONS(FIELD)
} lib;

const char *awsjob_curl_load(void) {
    // The name of its interface since 2006.
    void *library = dlopen("libcurl.so.4", RTLD_LAZY | RTLD_LOCAL);
    if (library == NULL) return dlerror();
#define FIND(name)                                                          \
    if ((*(void **)&lib.name = dlsym(library, #name)) == NULL) return dlerror();
    FUNCTIONS(FIND)
    return lib.curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? NULL : "curl_global_init failed";
}

CURLM *awsjob_multi_init(void) { return lib.curl_multi_init(); }
void awsjob_multi_cleanup(CURLM *multi) { lib.curl_multi_cleanup(multi); }
void awsjob_multi_add(CURLM *multi, CURL *easy) { lib.curl_multi_add_handle(multi, easy); }
void awsjob_multi_remove(CURLM *multi, CURL *easy) { lib.curl_multi_remove_handle(multi, easy); }
void awsjob_multi_perform(CURLM *multi) {
    int running = 0;
    lib.curl_multi_perform(multi, &running);
}
void awsjob_multi_poll(CURLM *multi, struct curl_waitfd *extra, unsigned count, int milliseconds) {
    lib.curl_multi_poll(multi, extra, count, milliseconds, NULL);
}
CURL *awsjob_done(CURLM *multi, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = lib.curl_multi_info_read(multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    }
    return NULL;
}

CURL *awsjob_easy_init(void) { return lib.curl_easy_init(); }
void awsjob_easy_reset(CURL *easy) { lib.curl_easy_reset(easy); }
void awsjob_easy_cleanup(CURL *easy) { lib.curl_easy_cleanup(easy); }
const char *awsjob_easy_error(CURLcode code) { return lib.curl_easy_strerror(code); }
struct curl_slist *awsjob_list_append(struct curl_slist *list, const char *line) { return lib.curl_slist_append(list, line); }
void awsjob_list_free(struct curl_slist *list) { lib.curl_slist_free_all(list); }

void awsjob_set_long(CURL *easy, CURLoption option, long value) { lib.curl_easy_setopt(easy, option, value); }
void awsjob_set_string(CURL *easy, CURLoption option, const char *value) { lib.curl_easy_setopt(easy, option, value); }
void awsjob_set_list(CURL *easy, CURLoption option, struct curl_slist *value) { lib.curl_easy_setopt(easy, option, value); }
void awsjob_set_pointer(CURL *easy, CURLoption option, const void *value) { lib.curl_easy_setopt(easy, option, value); }
void awsjob_set_callback(CURL *easy, CURLoption option, awsjob_data_callback value) { lib.curl_easy_setopt(easy, option, value); }
void awsjob_set_quick_exit(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075700
    lib.curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#else
    (void)easy;
#endif
}
void awsjob_allow_http_and_https(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075500
    lib.curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    lib.curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

long awsjob_info_long(CURL *easy, CURLINFO info) {
    long value = 0;
    lib.curl_easy_getinfo(easy, info, &value);
    return value;
}
curl_off_t awsjob_info_offset(CURL *easy, CURLINFO info) {
    curl_off_t value = 0;
    lib.curl_easy_getinfo(easy, info, &value);
    return value;
}
const char *awsjob_info_string(CURL *easy, CURLINFO info) {
    const char *value = NULL;
    lib.curl_easy_getinfo(easy, info, &value);
    return value;
}
