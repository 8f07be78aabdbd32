// curl_peer STATE_MACHINE_ARN NAME INPUT [--poll SECONDS]: starts a Step Functions execution and follows its history to
// its end, printing the event types. Exit 0 when it succeeded, 1 otherwise.
//
// cc -O2 curl_peer.c -lcurl -lcrypto
//
// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION and AWS_ENDPOINT_URL mean what they mean to
// AWS SDKs; CURL_CA_BUNDLE what it means to the curl command. The endpoint has no path.
#define _GNU_SOURCE
#include <curl/curl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FIRST_PAUSE 2.0      // seconds
#define PAUSE_GROWTH 1.5
#define LONGEST_PAUSE 120.0  // seconds
#define SHA256_SIZE 32       // bytes

static CURL *curl;
static const char *endpoint, *host, *region, *access_key, *secret_key, *session_token;

typedef struct {
    char *text;  // NUL-terminated
    size_t length;
} Buffer;

typedef struct {
    long id;
    char *type;
} Event;

static void fail(const char *what, const char *why) {
    fprintf(stderr, "curl_peer: %s: %s\n", what, why);
    exit(1);
}

static const char *environment(const char *name) {
    const char *value = getenv(name);
    if (!value || !*value) fail(name, "not set");
    return value;
}

static size_t append(char *bytes, size_t size, size_t count, void *target) {
    Buffer *buffer = target;
    size_t added = size * count;
    buffer->text = realloc(buffer->text, buffer->length + added + 1);
    memcpy(buffer->text + buffer->length, bytes, added);
    buffer->length += added;
    buffer->text[buffer->length] = '\0';
    return added;
}

// ---- Signature Version 4

static void hex(const unsigned char digest[SHA256_SIZE], char text[2 * SHA256_SIZE + 1]) {
    for (int i = 0; i < SHA256_SIZE; i++) sprintf(text + 2 * i, "%02x", digest[i]);
}

static void sha256_hex(const char *message, char text[2 * SHA256_SIZE + 1]) {
    unsigned char digest[SHA256_SIZE];
    EVP_Digest(message, strlen(message), digest, NULL, EVP_sha256(), NULL);
    hex(digest, text);
}

static void hmac(const void *key, size_t key_size, const char *message, unsigned char digest[SHA256_SIZE]) {
    HMAC(EVP_sha256(), key, (int)key_size, (const unsigned char *)message, strlen(message), digest, NULL);
}

static void signature_of(const char *string_to_sign, const char *date, char text[2 * SHA256_SIZE + 1]) {
    unsigned char key[SHA256_SIZE], digest[SHA256_SIZE];
    char *seed;
    int seed_length = asprintf(&seed, "AWS4%s", secret_key);
    hmac(seed, (size_t)seed_length, date, key);
    free(seed);
    hmac(key, SHA256_SIZE, region, digest);
    hmac(digest, SHA256_SIZE, "states", key);
    hmac(key, SHA256_SIZE, "aws4_request", digest);
    hmac(digest, SHA256_SIZE, string_to_sign, key);
    hex(key, text);
}

static struct curl_slist *add_header(struct curl_slist *headers, const char *name, const char *value) {
    char *line;
    asprintf(&line, "%s: %s", name, value);
    headers = curl_slist_append(headers, line);
    free(line);
    return headers;
}

static struct curl_slist *signed_headers(const char *target, const char *body) {
    char date[9], now[17], digest[2 * SHA256_SIZE + 1], signature[2 * SHA256_SIZE + 1];
    time_t seconds = time(NULL);
    strftime(date, sizeof date, "%Y%m%d", gmtime(&seconds));
    strftime(now, sizeof now, "%Y%m%dT%H%M%SZ", gmtime(&seconds));

    const char *names = session_token ? "content-type;host;x-amz-date;x-amz-security-token;x-amz-target"
                                      : "content-type;host;x-amz-date;x-amz-target";
    char *canonical_request, *scope, *string_to_sign, *authorization;
    sha256_hex(body, digest);
    asprintf(&canonical_request,
             "POST\n/\n\ncontent-type:application/x-amz-json-1.0\nhost:%s\nx-amz-date:%s\n%s%s%sx-amz-target:%s\n\n%s\n%s",
             host, now, session_token ? "x-amz-security-token:" : "", session_token ? session_token : "",
             session_token ? "\n" : "", target, names, digest);
    sha256_hex(canonical_request, digest);
    asprintf(&scope, "%s/%s/states/aws4_request", date, region);
    asprintf(&string_to_sign, "AWS4-HMAC-SHA256\n%s\n%s\n%s", now, scope, digest);
    signature_of(string_to_sign, date, signature);
    asprintf(&authorization, "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s", access_key, scope,
             names, signature);

    struct curl_slist *headers = add_header(NULL, "Content-Type", "application/x-amz-json-1.0");
    headers = add_header(headers, "Host", host);
    headers = add_header(headers, "X-Amz-Date", now);
    if (session_token) headers = add_header(headers, "X-Amz-Security-Token", session_token);
    headers = add_header(headers, "X-Amz-Target", target);
    headers = add_header(headers, "Authorization", authorization);
    free(canonical_request);
    free(scope);
    free(string_to_sign);
    free(authorization);
    return headers;
}

// ---- Calls

static char *call(const char *operation, const char *body) {
    char *target;
    asprintf(&target, "AWSStepFunctions.%s", operation);
    struct curl_slist *headers = signed_headers(target, body);
    Buffer reply = {strdup(""), 0};
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply);
    CURLcode code = curl_easy_perform(curl);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    free(target);
    if (code != CURLE_OK) fail(operation, curl_easy_strerror(code));
    if (status != 200) fail(operation, reply.text);
    return reply.text;
}

// The JSON string for a text.
static char *json_string(const char *text) {
    char *json = malloc(6 * strlen(text) + 3), *end = json;
    *end++ = '"';
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            *end++ = '\\';
            *end++ = *text;
        } else if ((unsigned char)*text < 0x20) {
            end += sprintf(end, "\\u%04x", *text);
        } else {
            *end++ = *text;
        }
    }
    strcpy(end, "\"");
    return json;
}

// Where the value of a field begins, or NULL. Finds the first field of that name, at any depth.
static char *json_value(char *json, const char *name) {
    char *quoted;
    asprintf(&quoted, "\"%s\":", name);
    char *value = strstr(json, quoted);
    if (value) {
        value += strlen(quoted);
        value += strspn(value, " ");
    }
    free(quoted);
    return value;
}

// The text of a string field that holds no escapes (an ARN, a token, a name), or NULL.
static char *json_plain_text(char *json, const char *name) {
    char *value = json_value(json, name);
    return value && *value == '"' ? strndup(value + 1, strcspn(value + 1, "\"")) : NULL;
}

// Past the end of the JSON object that begins here.
static char *json_object_end(char *json) {
    int depth = 0;
    do {
        if (*json == '"') {
            for (json++; *json && *json != '"'; json++)
                if (*json == '\\' && json[1]) json++;
        }
        depth += (*json == '{') - (*json == '}');
    } while (*json && *json++ && depth > 0);
    return json;
}

static char *start_execution(const char *state_machine_arn, const char *name, const char *input) {
    char *arn = json_string(state_machine_arn), *quoted_name = json_string(name), *quoted_input = json_string(input);
    char *body;
    asprintf(&body, "{\"stateMachineArn\":%s,\"name\":%s,\"input\":%s}", arn, quoted_name, quoted_input);
    char *reply = call("StartExecution", body), *execution_arn = json_plain_text(reply, "executionArn");
    if (!execution_arn) fail("StartExecution", reply);
    free(arn);
    free(quoted_name);
    free(quoted_input);
    free(body);
    free(reply);
    return execution_arn;
}

static int succeeded(const char *execution_arn) {
    char *body;
    asprintf(&body, "{\"executionArn\":\"%s\"}", execution_arn);
    char *reply = call("DescribeExecution", body), *status = json_plain_text(reply, "status");
    int result = status && strcmp(status, "SUCCEEDED") == 0;
    printf("%s\n", status ? status : reply);
    free(body);
    free(reply);
    free(status);
    return result;
}

static int is_terminal(const char *type) {
    static const char *const types[] = {"ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(type, types[i]) == 0) return 1;
    return 0;
}

// Prints the events after *last_seen_id, oldest first. Returns whether the execution has ended.
static int print_new_events(const char *execution_arn, long *last_seen_id) {
    Event *events = NULL;
    size_t count = 0;
    char *next_token = NULL;
    int reached = 0;
    do {
        char *body;
        if (next_token)
            asprintf(&body, "{\"executionArn\":\"%s\",\"reverseOrder\":true,\"nextToken\":\"%s\"}", execution_arn, next_token);
        else
            asprintf(&body, "{\"executionArn\":\"%s\",\"reverseOrder\":true}", execution_arn);
        char *reply = call("GetExecutionHistory", body), *list = json_value(reply, "events");
        if (!list) fail("GetExecutionHistory", reply);
        free(next_token);
        next_token = NULL;

        char *cursor = list + 1;
        while (!reached && *(cursor += strspn(cursor, " ,\r\n\t")) == '{') {
            char *end = json_object_end(cursor), after = *end;
            *end = '\0';
            char *id = json_value(cursor, "id"), *type = json_plain_text(cursor, "type");
            if (!id || !type) fail("GetExecutionHistory", cursor);
            if (atol(id) <= *last_seen_id) {
                reached = 1;
                free(type);
            } else {
                events = realloc(events, (count + 1) * sizeof *events);
                events[count++] = (Event){atol(id), type};
            }
            *end = after;
            cursor = end;
        }
        if (!reached) next_token = json_plain_text(reply, "nextToken");
        free(body);
        free(reply);
    } while (next_token);

    int ended = 0;
    if (count) *last_seen_id = events[0].id;
    while (count-- > 0) {
        printf("%ld %s\n", events[count].id, events[count].type);
        ended |= is_terminal(events[count].type);
        free(events[count].type);
    }
    fflush(stdout);
    free(events);
    return ended;
}

static void pause_for(double seconds) {
    struct timespec span = {(time_t)seconds, (long)((seconds - (time_t)seconds) * 1e9)};
    nanosleep(&span, NULL);
}

int main(int argc, char **argv) {
    int fixed = argc == 6 && strcmp(argv[4], "--poll") == 0;
    if (argc != 4 && !fixed) {
        fprintf(stderr, "usage: curl_peer STATE_MACHINE_ARN NAME INPUT [--poll SECONDS]\n");
        return 2;
    }
    endpoint = environment("AWS_ENDPOINT_URL");
    region = environment("AWS_REGION");
    access_key = environment("AWS_ACCESS_KEY_ID");
    secret_key = environment("AWS_SECRET_ACCESS_KEY");
    session_token = getenv("AWS_SESSION_TOKEN");
    if (session_token && !*session_token) session_token = NULL;
    const char *authority = strstr(endpoint, "://");
    if (!authority) fail(endpoint, "not a URL");
    host = strndup(authority + 3, strcspn(authority + 3, "/"));

    curl_global_init(CURL_GLOBAL_DEFAULT);
    curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_URL, endpoint);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
    if (getenv("CURL_CA_BUNDLE")) curl_easy_setopt(curl, CURLOPT_CAINFO, getenv("CURL_CA_BUNDLE"));

    char *execution_arn = start_execution(argv[1], argv[2], argv[3]);
    printf("started %s\n", execution_arn);
    fflush(stdout);
    long last_seen_id = 0;
    double pause = fixed ? atof(argv[5]) : FIRST_PAUSE;
    while (!print_new_events(execution_arn, &last_seen_id)) {
        pause_for(pause);
        if (!fixed) pause = pause * PAUSE_GROWTH < LONGEST_PAUSE ? pause * PAUSE_GROWTH : LONGEST_PAUSE;
    }
    int result = succeeded(execution_arn);
    free(execution_arn);
    curl_easy_cleanup(curl);
    curl_global_cleanup();
    return result ? 0 : 1;
}
