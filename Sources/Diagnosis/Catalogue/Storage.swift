extension BuiltIn {
    /// Objects, files, disks, locks.
    static let storage = #"""
[DISK_FULL] No space left on device
rank 1
action manual
veto disk
cause The disk or file system that the job writes to is full.
fix Grow ephemeral or EBS storage, or clean scratch; a fresh host helps only if others filled the disk.
impact Files that were being written are incomplete.
next Find what fills the disk (df -h, du) and make room or grow it.
next Remove the incomplete files, then restart.
any no space left on device
any ENOSPC
any [Errno 28]
any Errno 28
any os error 28
any Disk quota exceeded
any [Errno 122]
any There is not enough space on the disk
any not enough {disk space,free space,free disk space,space on disk}
any Insufficient disk space
any out of disk space
any disk is full
any disk full
any filesystem is full
any file system is full
any file system full
any failed to register layer
any database or disk is full
any EDQUOT
any No usable space

[S3_NOSUCHKEY] Input object missing
rank 1
action delayed
cause An object that the work reads is not in S3.
fix The upstream file is late, or date or prefix are wrong: check its arrival, retry within the deadline, else ask the owner of the feed.
impact Nothing of this input was processed.
next Check whether the object has arrived under that very key.
next If it is late restart when it is there; if not, ask the owner of the feed.
any NoSuchKey
any The specified key does not exist
any An error occurred (404) when calling the HeadObject operation
any Path does not exist: {s3,s3a,s3n}:
any ResponseCode: 404, ResponseStatus: Not Found
any Key "*" does not exist
any No such file or directory: {s3,'s3,"s3,`s3}
any No such file or directory {s3,'s3}
any FileNotFoundException: {s3,No such file or directory: s3,No such file or directory 's3}
any InvalidInputException: Input path does not exist: s3
any Input path does not exist: s3
any S3 object * {does not exist,not found}
any NoSuchKeyException
any NoSuchVersion

[S3_NOSUCHBUCKET] Bucket missing or wrong region
rank 1
action manual
cause The bucket does not exist under that name in that region.
fix Correct bucket or region.
impact Nothing was read or written there.
next Check name, region and account of the bucket.
any NoSuchBucket
any The specified bucket does not exist
any PermanentRedirect
any AuthorizationHeaderMalformed
any The bucket you are attempting to access must be addressed using the specified endpoint
any BucketRegionError
any bucket is in this region: 
any IllegalLocationConstraintException
any Bucket * does not exist

[FILE_NOT_FOUND] File missing
rank 3
action delayed
cause A file that the work reads is not there.
fix The feed is late or a mount is missing.
impact Nothing of this input was processed.
next Check whether the file has arrived, and whether its file system is mounted on that host.
next Restart when it is there.
any FileNotFoundError
any FileNotFoundException
any NoSuchFileException
any No such file or directory
any ENOENT: no such file or directory
any Input path does not exist
any Path does not exist: 
any The system cannot find the {file,path} specified
any could not find file
any Input file * {not found,does not exist,missing}
any Source file * {not found,does not exist,missing}
any file not found: 
any File does not exist: 
any file * has not arrived
any expected file * {missing,not found}
any PATH_NOT_FOUND

[STALE_NFS] Stale or hung NFS or EFS
rank 2
action delayed
cause A network file system stopped answering, or was replaced under the job.
fix Remount; retry on another host.
impact Files that were being written there may be incomplete.
next Check the mount on that host (ls, df on the path); remount it.
next Restart, on another host if possible.
any Stale file handle
any Stale NFS file handle
any ESTALE
any [Errno 116]
any mount.nfs*{timed out,reset,refused,No such device,access denied}
any mount.efs*{failed,timed out}
any nfs: server * not responding
any Transport endpoint is not connected
any [Errno 5] Input/output error
any Remote I/O error

[LOCK_FILE] Concurrent run, or a lock is held
rank 2
action verify_first
veto commit
cause Another instance runs, or its lock was left behind.
fix Check whether another instance runs before the lock is removed.
impact Nothing was done by this start.
next Look whether another instance of the job is at work (ps, the scheduler).
next Remove the lock only when nothing runs.
any another instance
any already running
any is already in progress
any lock file * exists
any lockfile * exists
any lockfile already exists
any could not acquire {lock,the lock,a lock,exclusive lock}
any unable to acquire {lock,the lock,a lock,exclusive lock}
any failed to acquire {lock,the lock,a lock,exclusive lock}
any cannot acquire {lock,the lock}
any Could not get lock
any Resource temporarily unavailable*lock
any ConditionalCheckFailedException
any Error acquiring the state lock
any ConcurrentModificationException
any ConcurrentAppendException
any ConcurrentDeleteReadException
any ConcurrentWriteException
any CommitFailedException: * metadata location has changed
any pid file * exists
any lock is held by
any locked by {pid,another,process}
any Existing lock * 
"""#
}
