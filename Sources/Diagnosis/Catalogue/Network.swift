extension BuiltIn {
    /// Networks and what is behind them.
    static let network = #"""
[DNS] DNS failure
rank 1
action delayed
cause A host name could not be resolved.
fix Retry; if it stays check resolver, VPC DHCP options and private zones.
impact Nothing was sent to that host.
next Resolve the name on that host (getent hosts NAME).
next Restart in a few minutes.
any Temporary failure in name resolution
any Name or service not known
any nodename nor servname provided
any UnknownHostException
any getaddrinfo {ENOTFOUND,EAI_AGAIN,failed}
any ENOTFOUND
any EAI_AGAIN
any Could not resolve host
any couldn't resolve host
any could not resolve proxy
any no such host
any Failed to resolve
any NameResolutionError
any gaierror
any could not translate host name
any Name resolution failed
any NXDOMAIN
any SERVFAIL
any unable to resolve host
any No address associated with hostname
any failed to lookup address information
any No resolvable bootstrap urls
any server can't find
any Unknown MySQL server host

[TLS] TLS or certificate failure
rank 1
action manual
cause A certificate is not trusted, has expired, or both sides agree on no TLS.
fix Renew or trust the authority, correct the clock, or the proxy that intercepts. No blind retry.
impact Nothing was sent to that host.
next Look at the certificate: openssl s_client -connect HOST:PORT -servername HOST.
next Renew it, or add its authority to the trust store of the job.
any CERTIFICATE_VERIFY_FAILED
any SSLCertVerificationError
any PKIX path building failed
any PKIX path validation failed
any unable to find valid certification path
any certificate {has expired,verify failed,is not trusted,is not yet valid,unknown,required}
any certificate signed by unknown authority
any x509: 
any SSLHandshakeException
any SSLPeerUnverifiedException
any Peer certificate cannot be authenticated
any unable to get local issuer certificate
any unable to verify the first certificate
any self{-,_, }signed certificate
any SELF_SIGNED_CERT_IN_CHAIN
any DEPTH_ZERO_SELF_SIGNED_CERT
any UNABLE_TO_VERIFY_LEAF_SIGNATURE
any UNABLE_TO_GET_ISSUER_CERT
any CERT_HAS_EXPIRED
any ERR_TLS_CERT_ALTNAME_INVALID
any sslv3 alert handshake failure
any alert handshake failure
any handshake_failure
any tlsv1 alert
any WRONG_VERSION_NUMBER
any wrong version number
any DH_KEY_TOO_SMALL
any UNSUPPORTED_PROTOCOL
any unsafe legacy renegotiation disabled
any SSL certificate problem
any SSL validation failed
any Could not find a suitable TLS CA certificate bundle
any curl: ({60,51,58,77})
any No subject alternative {names,DNS name} 
any doesn't match {either of,certificate subject}
any hostname mismatch, certificate
any server certificate * does not match
any SSL Provider: The certificate chain
any ORA-29024
any ORA-28759
any ORA-28860
any server does not support SSL, but SSL was required
any CertificateException
any CertPathValidatorException
any no protocol is available
any No appropriate protocol
any SSLV3_ALERT

[NET_TIMEOUT] Network timeout or reset
rank 4
action delayed
cause A connection could not be made, timed out, or broke.
fix Retry with back-off, three times; then route, security group, network ACL.
impact The work stopped at that call; what it had done before stays.
next Check that the other side is up and reached from that host.
next Restart in a few minutes.
any Connection timed out
any connect timed out
any connection timeout
any connect timeout
any {connect,connection} {time out,timedout}
any ConnectTimeoutError
any ConnectTimeout
any ConnectTimeoutException
any ReadTimeoutError
any ReadTimeout
any ReadTimeoutException
any Read timed out
any EndpointConnectionError
any Could not connect to the endpoint URL
any SocketTimeoutException
any ConnectionClosedError
any Connection was closed before we received a valid response
any Connection refused
any Connection reset
any Connection reset by peer
any Connection aborted
any ConnectException
any ConnectionRefusedError
any ConnectionResetError
any ConnectionError
any RemoteDisconnected
any ServerDisconnectedError
any Remote end closed connection without response
any ECONNREFUSED
any ECONNRESET
any ETIMEDOUT
any ESOCKETTIMEDOUT
any EHOSTUNREACH
any socket hang up
any No route to host
any Network is unreachable
any NoRouteToHostException
any Failed to establish a new connection
any NewConnectionError
any curl: ({7,28,35,52,55,56,18,92})
any upstream request timeout
any upstream connect error
any 50{2,3,4} {Bad Gateway,Service Unavailable,Gateway Timeout,Gateway Time-out,Service Temporarily Unavailable,Server Error}
any returned error: 50{0,2,3,4}
any status code 50{2,3,4}
any HTTP/1.1 50{2,3,4}
any HTTPError: 50{2,3,4}
any i/o timeout
any dial tcp
any context deadline exceeded
any DEADLINE_EXCEEDED
any DeadlineExceeded
any Client.Timeout exceeded
any operation timed out
any request timed out
any timed out waiting for
any NoHttpResponseException
any failed to respond
any TimeoutError: 
any asyncio.{exceptions.TimeoutError,TimeoutError}
any Topic * not present in metadata after
any Expiring # record(s) for
any Bootstrap broker * disconnected
any NoBrokersAvailable
any kafka*TimeoutException
any KafkaTimeoutError
any Local: {Broker transport failure,All broker connections are down,Timed out,Message timed out}
any Broker may not be available
any Timed out waiting for a node assignment
any Unable to connect to the remote server
any net::ERR_
any tunnel connection failed
any Unable to connect to proxy
any Proxy Error
any Connection to * timed out
any RequestTimeout
any Your socket connection to the server was not read from
any Failed to connect to * port
any unable to execute HTTP request
any rsync error: {timeout,error in socket IO,unexplained,error in rsync protocol}
any lftp*{Timeout,max-retries exceeded}
any Operation timed out after
any Connect to * failed
any Connection closed by remote host
any FTP*timed out
any UNAVAILABLE: io exception
any UNAVAILABLE: 
weak Broken pipe
weak EPIPE
weak BrokenPipeError
weak ClosedChannelException
weak Connection closed
weak EOF occurred in violation of protocol

[HTTP_AUTH] Another service refused the login (401, 403)
rank 3
action manual
veto credentials
cause A service that the work calls refused its token or password.
fix Rotate or refresh the token.
impact Nothing was done at that service.
next Check whether the token or password was rotated or has expired.
any 401 Unauthorized
any 401 Client Error
any 401 invalid_token
any invalid_token
any invalid_grant
any invalid_client
any HTTP/1.# 401
any HTTP/# 401
any HTTP/2 401
any HTTP 401
any status code 401
any status code: 401
any status=401
any status: 401
any returned 401
any returned error: 401
any response code 401
any HTTPError: 401
any 403 Client Error
any HTTPError: 403
any HTTP Error 40{1,3}
any returned error: 403
any 401 (Unauthorized)
any 403 (Forbidden)
any returned error: 403 Forbidden
any Bad credentials
any token has expired
any access token expired
any TokenExpiredError
any jwt expired
any InvalidTokenException
any unauthorized_client
any AADSTS#
any INVALID_LOGIN
any INVALID_SESSION_ID
any SaslAuthenticationException
any SASL authentication failed
any Authentication failed during authentication due to invalid credentials
any TopicAuthorizationException
any GroupAuthorizationException
any Not authorized to access {topics,group}
any TOPIC_AUTHORIZATION_FAILED
any GSSException
any Client not found in Kerberos database
any kinit: 
any KrbException
any LoginException
any Invalid API key
any invalid api key
any Authentication credentials were not provided
any UNAUTHENTICATED: 
any 407 Proxy Authentication Required
any 535 5.7.8

[HTTP_429] Another service limits the rate (429)
rank 2
action delayed
cause A service that the work calls answers only so many requests.
fix Honour Retry-After.
impact The work stopped at that call; what it had done before stays.
next Restart later, with fewer requests at once.
any 429 Too Many Requests
any 429 Client Error
any HTTP/1.# 429
any HTTP/# 429
any HTTP/2 429
any HTTP 429
any HTTP Error 429
any HTTPError: 429
any status code 429
any status code: 429
any status=429
any status: 429
any returned 429
any returned error: 429
any code 429
any Too Many Requests
any rate limit exceeded
any RateLimitError
any RateLimitExceeded
any API rate limit
any quota exceeded for quota metric
any REQUEST_LIMIT_EXCEEDED
any RESOURCE_EXHAUSTED: Quota

[SFTP] SFTP or FTP transfer failure
rank 2
action delayed
cause A file transfer with a partner failed.
fix Login or host key: by hand. Connection closed: retry. Check for a partial file.
impact The file is missing or partial at one of the sides.
next Log in by hand: sftp USER@HOST. Login and host key need a person.
next Remove the partial file, then restart.
any Permission denied (publickey
any Permission denied (password
any Permission denied, please try again
any Host key verification failed
any REMOTE HOST IDENTIFICATION HAS CHANGED
any ssh: connect to host
any Couldn't {read packet,stat remote file,open,get handle,create directory,rename file,write to remote file,canonicalize}
any Connection closed by * port 22
any ssh_exchange_identification
any kex_exchange_identification
any Unable to negotiate with
any no matching {host key type,key exchange method,cipher} found
any paramiko.ssh_exception
any paramiko*Exception
any AuthenticationException: Authentication failed
any SSHException
any JSchException
any SftpException
any Auth fail
any Auth cancel
any Too many authentication failures
any 530 {Login,Not logged,User,Authentication,Please,Access}
any 421 {Service,Timeout,Too many,There are,Connection,Unable,No-transfer-time}
any 426 {Connection,Failure,Data}
any 425 {Can't,Unable,Failed}
any 550 {File,No such,Permission,Failed,Could not,The system,Access,Requested}
any 553 {Could not,Permission,File}
any 552 {Exceeded,Disk,Transfer,Requested,Insufficient}
any 451 {Local,Failure,Requested}
any ftplib.error_{perm,temp,reply}
any FTPConnectionClosedException
any FTPException
any remote open("*"): 
any scp: * No such file
any scp: * Permission denied
any sftp*{failed,No such file,Failure}
any curl: ({9,67,78,79})
any File transfer failed
any Load key "*": 

[LICENSE] Licence unavailable
rank 1
action delayed
cause A licensed program got no licence.
fix Wait for a seat, or for the licence server.
impact Nothing was done by that program.
next Look at the licence server (lmstat) and restart when there is a seat.
any licen{s,c}e {checkout failed,has expired,expired,not available,unavailable,not found,is invalid,key expired,server is down,server is not responding}
any licen{s,c}e server * {down,unavailable,not responding,not reachable}
any no licen{s,c}e{s,} {available,found,seats}
any no seats available
any FLEXnet Licensing error
any FlexNet
any Failed to {check out,checkout} * licen{s,c}e
any Unable to {check out,checkout,obtain,acquire} * licen{s,c}e
any could not {check out,checkout,obtain,acquire} * licen{s,c}e
any cannot connect to license server
any Licensed number of users already reached
any ORACLE license
any GurobiError*{license,token}
any No Gurobi license
any CPLEX Error * license
any SAS*license expir

[MAINT_WINDOW] Planned maintenance
rank 1
action delayed
cause A system that the work needs is down for maintenance.
fix Start it again after the window.
impact Nothing was done there.
next Restart after the window; move the schedule if it repeats.
any {system,service,server,database,site,api,application,platform} {is under,under,is in,in,is down for,down for,is undergoing} {maintenance,scheduled maintenance,planned maintenance}
any {down,unavailable,closed,offline} {for,due to} {maintenance,scheduled maintenance,planned maintenance,planned outage}
any undergoing {maintenance,scheduled maintenance,planned maintenance}
any during {maintenance,the maintenance} window
any maintenance window
any maintenance mode
any scheduled maintenance
any scheduled downtime
any planned outage
any READ_ONLY_MAINTENANCE
"""#
}
