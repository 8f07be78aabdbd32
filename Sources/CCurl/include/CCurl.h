#ifndef AWSJOB_CCURL_H
#define AWSJOB_CCURL_H

#include <curl/curl.h>

// libcurl brings some thirty libraries, which take longer to load than most commands take in all. So it is loaded when HTTP
// is spoken, and not linked: its functions are here under names of ours. Options and infos are typed, since Swift calls
// nothing variadic.

/// Has to succeed before anything else here is called. NULL, or why not in the dynamic loader's words.
const char *awsjob_curl_load(void);

CURLM *awsjob_multi_init(void);
void awsjob_multi_cleanup(CURLM *multi);
void awsjob_multi_add(CURLM *multi, CURL *easy);
void awsjob_multi_remove(CURLM *multi, CURL *easy);
void awsjob_multi_perform(CURLM *multi);
void awsjob_multi_poll(CURLM *multi, struct curl_waitfd *extra, unsigned count, int milliseconds);
/// The finished easy handle of a CURLMSG_DONE message and its result.
CURL *awsjob_done(CURLM *multi, CURLcode *result);

CURL *awsjob_easy_init(void);
void awsjob_easy_reset(CURL *easy);
void awsjob_easy_cleanup(CURL *easy);
const char *awsjob_easy_error(CURLcode code);
/// The list with one more line, NULL when there is no memory.
struct curl_slist *awsjob_list_append(struct curl_slist *list, const char *line);
void awsjob_list_free(struct curl_slist *list);

typedef size_t (*awsjob_data_callback)(char *data, size_t size, size_t count, void *user);
void awsjob_set_long(CURL *easy, CURLoption option, long value);
void awsjob_set_string(CURL *easy, CURLoption option, const char *value);
void awsjob_set_list(CURL *easy, CURLoption option, struct curl_slist *value);
void awsjob_set_pointer(CURL *easy, CURLoption option, const void *value);
void awsjob_set_callback(CURL *easy, CURLoption option, awsjob_data_callback value);
/// CURLOPT_QUICK_EXIT (libcurl 7.87): do not wait for a hanging name resolution when the handle is closed.
void awsjob_set_quick_exit(CURL *easy);
void awsjob_allow_http_and_https(CURL *easy);

long awsjob_info_long(CURL *easy, CURLINFO info);
curl_off_t awsjob_info_offset(CURL *easy, CURLINFO info);
const char *awsjob_info_string(CURL *easy, CURLINFO info);

#endif
