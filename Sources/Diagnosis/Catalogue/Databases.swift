extension BuiltIn {
    /// Databases: reaching them, logging in, locks and space.
    static let databases = #"""
[DB_CONN_TIMEOUT] Database unreachable
rank 2
action delayed
cause The database could not be reached, or the connection to it broke.
fix Retry with back-off, three times; then security group, firewall, listener, failover.
impact Rows that were not committed are lost; committed ones stay.
next Check that the database is up and reached from that host.
next Look at what was committed, then restart.
any ORA-12170
any ORA-125{41,35,43,45,37,14,05}
any ORA-12154
any 08001*{timeout,refused}
any ORA-12{560,571,547,592}
any ORA-0{3113,3114,3135}
any ORA-0{2396,0028}
any DPI-1080
any DPY-{6005,4011,6001}
any TNS:{Connect timeout,no listener}
any The Network Adapter could not establish the connection
any IO Error: {Socket read timed out,Connection reset,Got minus one from a read call}
any Communications link failure
any CommunicationsException
any could not connect to server
any connection to server at *failed: {Connection,timeout,could not,FATAL}
any connection to server * failed: Connection
any server closed the connection unexpectedly
any SSL connection has been closed unexpectedly
any SSL SYSCALL error
any could not receive data from {server,client}
any could not translate host name
any terminating connection due to {idle,conflict}
any Connection to *:{5432,3306,1521,1433,5439} {refused,timed out}
any PSQLException: {The connection attempt failed,Connection to,An I/O error occurred while sending}
any An I/O error occurred while sending to the backend
any SQLSTATE 0800{1,3,4,6}
any SQLSTATE=0800{1,3,4,6}
any SQLSTATE[HY000] [2002]
any SQLSTATE[08006]
any Login timeout expired
any HikariPool-* Connection is not available, request timed out
any Cannot create PoolableConnectionFactory
any Can't connect to {MySQL,local MySQL,MariaDB} server
any Could not connect to address=
any Can't reach database server
any {ECONNREFUSED,ETIMEDOUT,EHOSTUNREACH} *:{5432,3306,1521,1433,5439,27017,6379}
any SequelizeHostNotReachableError
any KnexTimeoutError
any psycopg2.OperationalError: could not connect
any Database access problem. Killing off this connection
any Insufficient data while reading from the network
any SQLRecoverableException
any SQLNonTransientConnectionException
any 08S01
any JDBCConnectionException
any CannotGetJdbcConnectionException
any database connection * {failed,lost,closed,refused,timed out}
any {lost,no} connection to {the database,database}
any Unable to connect to server: timeout expired
any MySQL server has gone away
any Lost connection to {MySQL,MariaDB} server
any Lost connection to server during query
any SQL30081N
any SQLCODE=-30081
any A network-related or instance-specific error occurred
any TCP Provider: {Error,No connection,The wait,An existing}
any Adaptive Server connection failed
any Unable to connect to {the database,database,data source}
any could not connect to {the database,database}
any Failed to connect to {the database,database,Snowflake,Redshift,MongoDB}
any 250001 (08001)
any Could not connect to Snowflake backend
any ServerSelectionTimeoutError
any MongoServerSelectionError
any MongoNetworkError
any NoHostAvailable
any AllNodesFailedException
any connection pool timeout*database
any QueuePool limit of size
any SequelizeConnection{Refused,}Error
any could not open JDBC Connection
any Unable to acquire JDBC Connection
any Closed Connection: 
any BTEQ*Failed to connect
any CLI2: MTDPCONNECT
any Redis connection to * failed

[DB_COMMIT_UNKNOWN] Connection lost during commit
rank 1
action verify_first
veto commit
cause The connection broke during a commit: nobody knows whether it took effect.
fix Look at the rows before a restart.
impact The last transaction is either wholly there or not at all.
next Look for the rows of the last batch in the target tables.
next Restart only from what is not there.
any link failure during commit
any Transaction resolution unknown
any ORA-25402
any ORA-25408
any {ORA-03113,ORA-3113}*commit
any SQLSTATE{ ,: ,}[08007
any commit*ORA-03113
any commit*{server closed the connection,connection reset,connection was lost,Lost connection,connection lost}
any {connection,connection was} {lost,closed,reset} {during,while} commit
any {connection lost,Lost connection,connection reset,connection closed} * commit{,ting}
any SQLSTATE 08007
any SQLSTATE=08007
any SQLSTATE: 08007
any transaction * {outcome,state} is {unknown,in doubt}
any in-doubt transaction
any commit outcome {unknown,is unknown}
any UnknownTransactionCommitResult
any could not determine whether the {commit,transaction}
any transaction_resolution_unknown

[DB_CONN_LIMIT] Database connection limit
rank 1
action delayed
cause The database takes no more connections, or the pool is empty.
fix Back off; less concurrency, smaller pools; PgBouncer.
impact The work stopped before it reached the database.
next Restart when fewer jobs run.
next Look who holds the connections.
any remaining connection slots are reserved
any too many clients already
any too many connections for {role,database,user}
any {ORA-00020,ORA-0020}
any ORA-00018
any ORA-02391
any ORA-1251{6,8,9}
any ORA-12520
any Too many connections
any pool is exhausted
any Timed out fetching a new connection from the connection pool
any remaining connection slots
any TimeoutError: ResourceRequest timed out
any no free connections in pool
any pool exhausted
any connection pool * exhausted
any QueuePool limit of size * overflow * reached, connection timed out
any SQLSTATE 53300
any SQLSTATE: 53300
any SQLSTATE=53300
any max_user_connections
any Timeout expired*The timeout period elapsed prior to obtaining a connection from the pool
any sorry, too many clients
any maximum number of {connections,sessions} {reached,exceeded}
any PoolExhaustedException
any MaxPoolSize
any SQL1226N

[DB_STARTING] Database restarting or failing over
rank 1
action delayed
cause The database was starting, stopping or failing over.
fix Retry after one to five minutes.
impact Rows that were not committed are lost.
next Restart in five minutes.
any ORA-0103{3,4}
any ORA-01089
any ORA-01090
any ORA-01109
any ORA-12528
any ORA-12526
any ORA-12527
any the database system is {starting up,shutting down,in recovery mode}
any the database system is not yet accepting connections
any terminating connection due to administrator command
any terminating connection because of crash of another server process
any 57P0{1,2,3}
any server is in single user mode
any SQLCODE=-1032
any Database * is not currently available
any {Msg,Error,error,code} 40613
any Server shutdown in progress
any is in the middle of a restore
any The MySQL server is running with the --read-only option
any cannot execute {INSERT,UPDATE,DELETE,CREATE TABLE} in a read-only transaction
any not master and slaveOk
any NotWritablePrimary
any Database is being {recovered,upgraded,restarted}

[DB_AUTH] Database login refused
rank 1
action manual
veto credentials
cause The database refused user or password.
fix The password was rotated, or the account is locked: do not retry, each try counts against the account. Correct the secret.
impact Nothing was done in the database.
next Check whether the password was rotated, and that the job reads the new one.
next Have the account unlocked if it is locked; only then restart.
any ORA-01017
any ORA-2800{0,1}
any ORA-01045
any ORA-01005
any password authentication failed
any no pg_hba.conf entry
any Access denied for user
any Login failed for user
any role "*" does not exist
any SQLCODE={-,}4214
any SQL30082N
any Incorrect username or password was specified
any [Error 8017]
any Failure 8017
any UserId, Password or Account is invalid
any PAM authentication failed
any IDENT authentication failed
any authentication failed for user
any MongoServerError: Authentication failed
any WRONGPASS
any NOAUTH Authentication required
any account is locked
any The account is locked
any JWT token is invalid
any Your user account has been temporarily locked
any invalid username/password
any ERROR 1045
any permission denied for {relation,schema,table,database,sequence,view,function}
any ORA-01031

[DB_LOCK] Deadlock or lock timeout
rank 1
action delayed
cause Another transaction held locks that this one needed.
fix The transaction can be retried; find the blocker if it repeats.
impact The transaction was rolled back; what was committed before it stays.
next Restart in a few minutes.
next If it repeats find the blocking session and move one of the two jobs.
any ORA-00060
any {ORA-00054,ORA-0054}
any ORA-04021
any ORA-30006
any ORA-08177
any deadlock {detected,found,victim}
any Lock wait timeout exceeded
any was deadlocked on lock
any chosen as the deadlock victim
any could not serialize access
any could not obtain lock on
any SQLCODE=-911
any SQLCODE=-913
any SQL0911N
any SQL0913N
any canceling statement due to lock timeout
any lock timeout
any Lock request time out period exceeded
any Serializable isolation violation
any 1023*Serializable
any database is locked
any SQLITE_BUSY
any Failure 2631
any TransactionConflict
any TransactionConflictException
any WriteConflict
any Statement * has locked table
any SQLSTATE 40{P01,001}
any SQLSTATE=40{P01,001}

[DB_SPACE] Database space: tablespace, temp, undo, log
rank 1
action manual
veto disk
cause The database has no room left for data, temporary results, undo or its log.
fix Have the tablespace or temp extended, then rerun.
impact The statement was rolled back; what was committed before it stays.
next Ask the DBA for the tablespace that the message names.
next Restart when there is room.
any ORA-0165{0,1,2,3,4,5,6,8,9}
any ORA-01688
any ORA-01691
any ORA-01692
any ORA-01536
any ORA-30036
any ORA-01555
any ORA-01628
any ORA-19809
any ORA-19815
any ORA-00257
any snapshot too old
any could not extend file
any could not write to file "base/pgsql_tmp
any temporary file size exceeds temp_file_limit
any tablespace * is full
any The table '*' is full
any The transaction log for database * is full
any Could not allocate {space for object,a new page}
any SQLCODE=-289
any SQLCODE=-964
any SQL0289N
any SQL0964C
any No more room in database
any no more {spool,perm} space
any Failure 26{44,46}
any Disk Full Error*Redshift
any Transaction log full

[SQL_SYNTAX] SQL syntax or compile error
rank 2
action manual
cause The database cannot read the statement.
fix Correct the SQL; check the last release.
impact The statement did nothing.
next Compare the statement with the last release.
any ORA-009{33,36,07,00,06,11,17,21,22,23,32,35,72}
any ORA-06550
any PLS-00{103,201,302,306}
any syntax error at or near
any syntax error at end of input
any You have an error in your SQL syntax
any SQL compilation error
any ParseException*line #
any ParseException*mismatched input
any PARSE_SYNTAX_ERROR
any mismatched input '*' expecting
any extraneous input '*' expecting
any no viable alternative at input
any Incorrect syntax near
any SQLCODE=-104
any SQL0104N
any Failure 37{06,07}
any SQLSTATE 42601
any SQLSTATE=42601
any ProgrammingError: syntax error
any ERROR 1064
any near "*": syntax error
any must appear in the GROUP BY clause
any FAILED: ParseException
"""#
}
