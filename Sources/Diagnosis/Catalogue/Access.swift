extension BuiltIn {
    /// Who may do what: credentials, permissions, keys, secrets, clocks.
    static let access = #"""
[KMS_DENIED] KMS access denied or key problem
rank 1
action manual
veto permissions
cause The role may not use the encryption key, or the key is disabled or gone.
fix Grant kms:Decrypt and GenerateDataKey in role and key policy (another account: both); check that the key is enabled.
impact What is encrypted with that key could not be read or written.
next Read which key and which action; check role and key policy.
next Check that the key is enabled and in this region.
any not authorized to perform: kms:
any kms:{Decrypt,Encrypt,GenerateDataKey,DescribeKey,CreateGrant,ReEncryptFrom} on {resource,this resource}
any The ciphertext refers to a customer master key that does not exist
any KMSAccessDeniedException
any Lambda.KMSAccessDeniedException
any KMS.{DisabledException,NotFoundException,KMSInvalidStateException}
any KMSInvalidStateException
any KMSDisabledException
any KMSNotFoundException
any KMSInvalidState
any is pending deletion
any kms*AccessDeniedException
any AccessDeniedException*kms:
any AWS KMS*{access denied,is disabled,key is disabled,does not exist}
any Please check the access permission of KMS key
any InvalidCiphertextException
any NotFoundException*{arn:aws:kms,Key 'arn:aws:kms}
any DisabledException) when calling

[IAM_DENIED] Access denied by IAM
rank 2
action manual
veto permissions
cause The role lacks a permission for the call that the log names.
fix Add the named action on the named resource; check SCP, permission boundary, bucket policy and VPC endpoint policy.
impact The work stopped at that call; what it had done before stays.
next Add the action that the message names to the role, or correct the resource's policy.
next Compare role and policies with the last good run.
any is not authorized to perform
any AccessDeniedException
any (AccessDenied) when calling
any AccessDenied: Access Denied
any Access Denied (Service: 
any Error Code: AccessDenied
any Code: AccessDenied
any <Code>AccessDenied
any AccessDenied
any UnauthorizedOperation
any S3*403 Forbidden
any 403 Forbidden*s3
any An error occurred (403) when calling
any (Forbidden) when calling
any Forbidden (Service: Amazon S3; Status Code: 403
any Status Code: 403; Error Code: {403 Forbidden,AccessDenied}
any User: arn:aws:* is not authorized
any AuthorizationError) when calling
any You are not authorized to perform this operation
any Insufficient Lake Formation permission
any with an explicit deny in
any because no {identity,resource,session,boundary}-based policy allows
any because no permissions boundary allows
any Not authorized to perform sts:AssumeRoleWithWebIdentity
any was unable to assume the role
any PERMISSION_DENIED: 
any AmazonS3Exception: {Access Denied,Forbidden}
any java.nio.file.AccessDeniedException: s3

[CREDS_EXPIRED] Expired credentials
rank 1
action immediate
veto credentials
cause The credentials expired while the work ran.
fix A restart gets fresh role credentials; refresh sessions in long jobs, export no static ones.
impact The work stopped in the middle; what it had done before stays.
next Restart in a few minutes; it gets fresh credentials.
next If the job is long let the SDK refresh the credentials itself.
any ExpiredToken
any ExpiredTokenException
any The security token included in the request is expired
any RequestExpired
any The provided token has expired
any set to expire in the past
any The SSO session associated with this profile has expired
any Error loading SSO Token*expired
any Token has expired and refresh failed
any Your session has expired. Please reauthenticate
any Credentials were refreshed, but the refreshed credentials are still expired
any UnauthorizedSSOTokenError

[CREDS_MISSING] No credentials, or their source is out of reach
rank 2
action delayed
veto credentials
cause The process found no AWS credentials.
fix Often the metadata endpoint under load: retry; else no task role, IMDSv2 hop limit 1 (set 2), or a proxy that takes 169.254.x.
impact Nothing was done in AWS.
next Check that the job has a role, and that 169.254.170.2 or 169.254.169.254 is reached from the container.
next Restart once.
any Unable to locate credentials
any NoCredentialsError
any NoCredentialProviders
any no valid providers in chain
any Error when retrieving credentials from
any CredentialRetrievalError
any MetadataRetrievalError
any Unable to load credentials from any
any Unable to load AWS credentials
any Unable to load credentials from service endpoint
any CredentialsV2Request: ID not found
any CredentialsProviderError
any Could not load credentials from any providers
any CredentialsError: Missing credentials
any failed to refresh cached credentials
any No AWS Credentials provided
any no EC2 IMDS role found
any Failed to load credentials from IMDS
any Partial credentials found in
any Missing credentials in config

[CREDS_INVALID] Invalid key or signature
rank 1
action manual
veto credentials
cause AWS does not accept the access key or its signature.
fix Wrong or rotated key, or a wrong clock. Never try again and again.
impact Nothing was done in AWS with that key.
next Check which credentials the job uses, and whether the key was rotated.
next Check the clock of the host.
any InvalidClientTokenId
any InvalidAccessKeyId
any The AWS Access Key Id you provided does not exist
any UnrecognizedClientException
any SignatureDoesNotMatch
any The security token included in the request is invalid
any InvalidSignatureException
any The request signature we calculated does not match
any AuthFailure
any IncompleteSignature
any InvalidToken: The provided token is malformed
any (InvalidToken) when calling
any AWS was not able to validate the provided access credentials

[CLOCK_SKEW] Clock skew
rank 1
action manual
cause The clock of the host is wrong, so AWS refuses its signatures.
fix Correct NTP or chrony on the host, then retry.
impact Nothing was done in AWS.
next chronyc tracking on the host; correct its clock.
any RequestTimeTooSkewed
any The difference between the request time and the current time is too large
any Signature expired: * is now earlier than
any Signature not yet current
any RequestInTheFuture
any clock skew {too great,detected,is too}

[SECRET_NOTFOUND] Secret or parameter missing
rank 1
action manual
veto credentials
cause A secret or parameter that the work reads does not exist under that name.
fix Correct name, region or version stage; check the rotation.
impact The work stopped before it used the secret.
next Check name, region and account of the secret or parameter.
next Check whether a rotation has just renamed or removed a version.
any Secrets Manager can't find the specified secret
any ParameterNotFound
any can't find the resource with the specified secret
any secret * marked for deletion
any You can't perform this operation on the secret because it was marked for deletion
any Secret not found
any secret * not found
any InvalidRequestException) when calling the GetSecretValue
any ResourceNotFoundException) when calling the GetSecretValue
any Secrets Manager can't find the specified secret value for
"""#
}
