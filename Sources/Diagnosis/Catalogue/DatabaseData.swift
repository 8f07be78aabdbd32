extension BuiltIn {
    /// What a database says of the data and its own tables.
    static let databaseData = #"""
[DB_OBJECT] Missing table or column
rank 2
action manual
cause A table, view, column or function that the statement names does not exist there.
fix Deploy the missing DDL or correct the SQL.
impact The statement did nothing.
next Check whether the last release's DDL was deployed in this database.
any ORA-0094{2,4}
any ORA-00904
any ORA-04043
any ORA-04063
any ORA-02289
any ORA-00955
any relation "*" does not exist
any relation * does not exist
any column "*" does not exist
any column "*" of relation "*" does not exist
any column * does not exist
any function * does not exist
any schema "*" does not exist
any UndefinedTable
any UndefinedColumn
any Table '*' doesn't exist
any Unknown column
any Unknown database
any Unknown table
any no such {table,column}
any Invalid object name
any Invalid column name
any Failure 380{2,3,7}
any Failure 5628
any SQLCODE=-20{4,6}
any SQL020{4,6}N
any Object '*' does not exist or not authorized
any does not exist or not authorized
any TABLE_OR_VIEW_NOT_FOUND
any Table or view not found
any Table * not found
any TABLE_NOT_FOUND
any SCHEMA_NOT_FOUND
any NoSuchTableException
any EntityNotFoundException
any Entity Not Found
any invalid identifier
any Database * does not exist
any database "*" does not exist
any procedure * does not exist
any SYNTAX_ERROR: line * Table

[DB_CONSTRAINT] Constraint or duplicate key
rank 2
action verify_first
veto commit
cause The database refused rows that break a key or a constraint, often because a part of the batch is loaded already.
fix Often a rerun of a half-loaded batch: delete the partial load by batch id, then rerun; else bad data.
impact A part of the batch may be in the table.
next See whether rows of this batch are in the table already.
next Delete the partial load, then restart; or hold back the bad rows.
any ORA-00001
any ORA-0229{0,1,2}
any ORA-01400
any ORA-01407
any ORA-02449
any duplicate key value violates unique constraint
any violates {foreign key,not-null,check,unique,exclusion} constraint
any null value in column
any Duplicate entry '*' for key
any Duplicate entry
any Violation of {PRIMARY,UNIQUE} KEY
any Cannot insert duplicate key
any Cannot insert the value NULL
any conflicted with the {FOREIGN KEY,CHECK,REFERENCE} constraint
any a foreign key constraint fails
any SQLCODE=-{803,530,532,407}
any SQL080{3,5}N
any SQL0407N
any E11000 duplicate key
any UNIQUE constraint failed
any NOT NULL constraint failed
any FOREIGN KEY constraint failed
any ConstraintViolationException
any DuplicateKeyException
any UniqueViolation
any Failure 2801
any NULL result in a non-nullable column
any unique constraint (*) violated
any integrity constraint * violated
any SQLSTATE 23505
any SQLSTATE=23505
any ERROR 1062

[DB_DATATYPE] Bad value for a column
rank 2
action manual
cause A value does not fit its column's type, length or range.
fix Hold back the row; correct the feed.
impact The statement was rolled back.
next Find the row; hold it back or have it corrected.
any ORA-01722
any ORA-018{43,30,61,41,40,58,47}
any ORA-06502
any ORA-12899
any ORA-01438
any ORA-01401
any ORA-01481
any ORA-01476
any invalid input syntax for
any invalid byte sequence for encoding
any Data too long for column
any Data truncat{ed,ion} for column
any Data truncation: 
any String or binary data would be truncated
any value too long for type
any numeric field overflow
any Out of range value for column
any {integer,smallint,bigint} out of range
any value * out of range for type
any date/time field value out of range
any Incorrect {integer,decimal,date,datetime,string,double} value
any Conversion failed when converting
any Error converting data type
any Arithmetic overflow error
any Numeric value * is not recognized
any Date '*' is not recognized
any Timestamp '*' is not recognized
any Boolean value '*' is not recognized
any Numeric value out of range
any SQLCODE=-{420,302,304,181,180}
any SQL0{420,302,304}N
any Failure 2{620,621,665,666}
any invalid digit, Value
any Invalid digit
any division by zero
any DataError: {value,invalid,integer}
any column "*" is of type * but expression is of type

[LOAD_ERRORS] Warehouse load rejected
rank 2
action manual
cause The warehouse refused rows or files of a load.
fix Read stl_load_errors or the COPY history; correct the file, or allow errors by policy.
impact Nothing of the load was taken, or only a part of it.
next Read stl_load_errors, sys_load_error_detail or COPY_HISTORY for file, line and column.
next Correct the file or hold it back, then restart.
any stl_load_errors
any sys_load_error_detail
any Load into table '*' failed
any Load into table * failed
any 100# (22000)
any 10{0016,0038,0040,0054,0063,0066,0069,0071,0078,0080,0090,0093} (22
any 10{0016,0038,0040,0054,0063,0066,0069,0071,0078,0080,0090,0093} (22000)
any Number of columns in file (#) does not match
any Found character '*' instead of field delimiter
any Found character '*' instead of record delimiter
any Error found in VALIDATION
any SQL*Loader-{100,350,500,501,510,601,605,704,941,951}
any SQL*Loader: *discontinued
any Rows not loaded due to data errors
any MAXIMUM ERROR COUNT EXCEEDED
any Delimiter not found
any Missing newline: Unexpected character
any Extra column(s) found
any The S3 bucket addressed by the query is in a different region from this cluster
any extra data after last expected column
any missing data for column
any Bulk load data conversion error
any Cannot bulk load
any FastLoad * error
any bad records exceeded
any exceeded the maximum number of {errors,rejected,bad records}
any Too many errors encountered

[SCHEMA_MISMATCH] File and table do not fit
rank 1
action manual
cause Columns or types of the file and of the table differ.
fix Align the schema (crawler, partition, cast) before a rerun.
impact Nothing of this input was processed.
next Compare the file's columns with the table; ask the sender what changed.
any HIVE_PARTITION_SCHEMA_MISMATCH
any HIVE_BAD_DATA
any HIVE_INVALID_METADATA
any Parquet column cannot be converted
any SchemaColumnConvertNotSupportedException
any schema mismatch
any A schema mismatch detected
any schema * does not match
any does not match the schema
any A column or function parameter with name * cannot be resolved
any cannot resolve '*' given input columns
any UNRESOLVED_COLUMN
any Failed to merge {incompatible,fields}
any Failed merging schema
any Unable to merge schema
any INCOMPATIBLE_DATA
any Column * not found in schema
any Missing expected column
any missing {required column,required columns,expected columns}
any Usecols do not match columns
any columns * not in index
any incompatible schema
any SchemaParseException
any AvroTypeException
any IncompatibleSchemaException
any DELTA_FAILED_TO_MERGE_FIELDS
any Number of columns * doesn't match
any column count mismatch
any header mismatch
any unexpected columns
any HIVE_CANNOT_OPEN_SPLIT*type
"""#
}
