extension BuiltIn {
    /// What the input itself is like.
    static let inputData = #"""
[DATA_FORMAT] Malformed input (CSV, JSON, XML, encoding)
rank 3
action manual
cause The input is not in the form that the work expects.
fix Validate and hold back; ask the sender to send it again.
impact Nothing of this input was processed, or only what stands in front of the fault.
next Find file and line; look at the bytes there.
next Ask the sender to send it again, or hold the record back.
any JSONDecodeError
any Expecting value: line # column #
any JsonParseException
any JsonMappingException
any MalformedJsonException
any JsonSyntaxException
any MismatchedInputException
any InvalidFormatException
any SyntaxError: Unexpected token
any SyntaxError: Unexpected end of JSON input
any Unexpected token * in JSON at position
any is not valid JSON
any invalid JSON
any Malformed JSON
any invalid character '*' looking for
any unexpected end of JSON input
any Error tokenizing data
any UnicodeDecodeError
any UnicodeEncodeError
any MalformedInputException
any invalid start byte
any invalid continuation byte
any invalid UTF-8
any stream did not contain valid UTF-8
any SAXParseException
any XMLSyntaxError
any ParseError: not well-formed
any not well-formed (invalid token)
any Content is not allowed in prolog
any XML document structures must start and end
any CSV {parse,parsing} {failed,error}
any csv.Error
any ParserError: 
any MalformedCsvException
any CSVException
any Malformed records are detected
any Malformed CSV record
any BadRecordException
any Not a gzipped file
any not in gzip format
any not a valid gzip file
any unexpected end of file
any unexpected end of stream
any Unexpected end of input stream
any Compressed file ended before the end-of-stream marker
any Unexpected end of ZLIB input stream
any incorrect header check
any invalid compressed data
any crc error
any BadZipFile
any File is not a zip file
any End-of-central-directory signature not found
any is not a Parquet file
any magic bytes not found in footer
any Parquet magic bytes
any Could not read footer
any ArrowInvalid
any Malformed ORC file
any Not a data file
any NumberFormatException: For input string
any DateTimeParseException
any Unparseable date
any could not convert string to float
any invalid literal for int() with base
any time data '*' does not match format
any YAML*ScannerError
any yaml.{scanner,parser}
any bad magic number
any gpg: decrypt{_message,ion} failed
any gpg: no valid OpenPGP data found
any PGPException
any {checksum,MD5} mismatch

[DATA_EMPTY] Empty or short input, or totals that differ
rank 3
action delayed
cause The input is empty or shorter than it should be, or its totals differ.
fix Compare with earlier days: look again at the feed; never post zeros.
impact Nothing was posted, or totals would have been wrong.
next Compare file size and row counts with earlier days.
next Ask the owner of the feed; restart when the whole file is there.
any {zero,0} {rows,records} {read,found,loaded,received,processed,returned,extracted,in input}
any {no,No} {rows,records,data} {found,received,returned,to process,in file,to load}
any empty {file,input,dataset,dataframe,result set,feed}
any {file,input,dataset,feed,table,source} is empty
any EmptyDataError
any No columns to parse from file
any {row count,rowcount} * below {threshold,minimum,expected}
any row count {mismatch,is below,differs}
any record count {mismatch,differs,does not match,below}
any {count,total,totals} mismatch
any control total mismatch
any control totals {differ,do not match}
any trailer {count,record} {mismatch,does not match}
any trailer record missing
any missing trailer
any file size * {is 0,zero}
any zero-byte file
any zero byte file
any hash total {mismatch,differs}
any truncated file
any out of balance
any does not balance
"""#
}
