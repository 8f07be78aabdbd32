#ifndef AWSJOB_CSQLITE_SHIM_H
#define AWSJOB_CSQLITE_SHIM_H

#include <sqlite3.h>

// SQLITE_TRANSIENT is a cast of -1 that Swift cannot import: SQLite copies the bytes before the call returns.

static inline int awsjob_bind_text(sqlite3_stmt *statement, int index, const char *bytes, int count) {
    // No pointer would bind NULL; an empty text has none.
    return sqlite3_bind_text(statement, index, bytes ? bytes : "", count, SQLITE_TRANSIENT);
}

/// The last connection leaves the write-ahead log as it is. sqlite3_db_config is variadic, which Swift cannot call.
static inline void awsjob_keep_log(sqlite3 *database) { sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0); }

#endif
