extension BuiltIn {
    /// Programs and what they run on: memory, modules, configuration, unhandled errors.
    static let runtimes = #"""
[JVM_OOM] Java out of memory
rank 1
action manual
veto memory
with 137 143 134 1 3
cause A Java process ran out of memory.
fix Raise -Xmx (at most 75 % of the container), or correct leak or skew.
impact The work stopped in the middle.
next Compare the size of the input with earlier days.
next Raise -Xmx and the container's memory together.
any java.lang.OutOfMemoryError
any OutOfMemoryError: {Java heap space,GC overhead limit exceeded,Metaspace,PermGen space,unable to create,Direct buffer memory,Requested array size,Compressed class space,Cannot reserve}
any Java heap space
any GC overhead limit exceeded
any There is insufficient memory for the Java Runtime Environment to continue
any Native memory allocation * failed to {map,allocate}
any Terminating due to java.lang.OutOfMemoryError
any OutOfDirectMemoryError
any unable to create new native thread

[PY_MEMORY] Python, Node or native process out of memory
rank 1
action manual
veto memory
with 137 143 134 139
cause The process asked for more memory than there is.
fix Process the data in pieces, or give more memory.
impact The work stopped in the middle.
next Compare the size of the input with earlier days.
next Read the data in pieces, or raise memory.
any ^MemoryError
any MemoryError: 
any *ArrayMemoryError
any Unable to allocate # {GiB,MiB,TiB}
any Unable to allocate # {GiB,MiB,TiB} for an array
any Unable to allocate #.# {GiB,MiB,TiB} for an array
any [Errno 12] Cannot allocate memory
any Cannot allocate memory
any std::bad_alloc
any cannot allocate vector of size
any JavaScript heap out of memory
any pyarrow.lib.ArrowMemoryError
any malloc of size # failed
any realloc of size # failed
any out of memory in cublas
any runtime: out of memory
any fatal error: out of memory
any memory allocation of # bytes failed
any ^Out of memory
any Not enough memory
any virtual memory exhausted

[PY_IMPORT] Missing module, class or library
rank 2
action manual
with 127 126 1
cause A module, class or shared library that the program needs is missing or of another version.
fix Rebuild the image with the dependency.
impact Nothing was done.
next Compare the image with the last good run.
next Rebuild it with the dependency, then restart.
any ModuleNotFoundError
any ImportError: 
any No module named
any cannot import name
any ClassNotFoundException
any NoClassDefFoundError
any NoSuchMethodError
any NoSuchFieldError
any AbstractMethodError
any IncompatibleClassChangeError
any UnsupportedClassVersionError
any UnsatisfiedLinkError
any ExceptionInInitializerError
any LinkageError
any Could not find or load main class
any error while loading shared libraries
any cannot open shared object file
any version `GLIBC_*' not found
any undefined symbol: 
any Cannot find module
any MODULE_NOT_FOUND
any ERR_MODULE_NOT_FOUND
any there is no package called
any Can't locate * in @INC
any cannot load such file
any DistributionNotFound
any PackageNotFoundError
any No suitable driver
any Failed to find data source
any No FileSystem for scheme
any no main manifest attribute
any Could not find a version that satisfies the requirement
any Error: Unable to access jarfile

[APP_CONFIG] Missing or wrong configuration
rank 3
action manual
cause A setting, variable or argument that the program needs is missing or wrong.
fix Set the variable or parameter; compare with the last good run.
impact Nothing was done.
next Compare environment and arguments with the last good run.
any KeyError: '%'
any missing required {environment variable,environment variables,argument,arguments,parameter,parameters,option,options,property,properties,configuration,config,setting,field,key}
any required {environment variable,parameter,argument,option,property,setting,configuration} * {not set,missing,is missing,not provided,undefined}
any {environment variable,env var,parameter,property,setting,option,variable} * {is not set,not set,is missing,is required,must be set,is undefined,not defined}
any unbound variable
any parameter null or not set
any Could not resolve placeholder
any the following arguments are required
any error: unrecognized arguments
any error: argument * {expected,invalid}
any unrecognized option
any unknown option
any invalid option
any missing option
any Missing option
any no such option
any config profile (*) could not be found
any configuration file * {not found,missing,does not exist,could not be}
any config file * {not found,missing,does not exist,could not be}
any {invalid,bad} {configuration,config,setting} 
any configuration error
any ConfigurationException
any ConfigException
any ConfigError
any ConfigurationError
any ImproperlyConfigured
any You must specify a region
any NoRegionError
any Unable to find a region
any Missing region in config
any NoOptionError
any NoSectionError
any MissingSectionHeaderError
any ValidationError*Settings
any UnsatisfiedDependencyException
any No qualifying bean
any BeanCreationException
any GlueArgumentError
any required but not {set,provided,given,specified,found}
any Invalid value for '

[PY_EXCEPTION] Unhandled exception of the program
rank 8
action manual
cause The program ended with an exception that nothing handled.
fix A fault of the program or of its data: read the last frame and the message; compare with the last deployment.
impact The work stopped in the middle; what it had done before stays.
next Read the last frame and the message.
next Compare with the last deployment and with the last good input.
any Traceback (most recent call last)
any Exception in thread "
any Unhandled exception
any UnhandledPromiseRejection
any Uncaught Exception
any Uncaught exception
any uncaught error
any panic: 
any thread '*' panicked at
any goroutine # [running]
any terminate called after throwing
any {TypeError,ValueError,KeyError,IndexError,AttributeError,NameError,RuntimeError,AssertionError,ZeroDivisionError,UnboundLocalError,NotImplementedError,RecursionError,StopIteration,OverflowError,ReferenceError,RangeError,ArithmeticError,LookupError}: 
any {NullPointerException,IllegalStateException,IllegalArgumentException,ArrayIndexOutOfBoundsException,IndexOutOfBoundsException,StringIndexOutOfBoundsException,ClassCastException,UnsupportedOperationException,NumberFormatException,ArithmeticException,NoSuchElementException,StackOverflowError,RuntimeException,IllegalMonitorStateException,NegativeArraySizeException,CompletionException,ExecutionException}
any System.{NullReferenceException,InvalidOperationException,ArgumentException,FormatException,AggregateException,IndexOutOfRangeException,Exception}
any PHP Fatal error
any Segmentation violation in Go
any nil pointer dereference
any undefined method 
any is not a function
any Cannot read propert{y,ies} of
any Execution halted
"""#
}
