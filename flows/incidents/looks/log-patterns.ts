/**
 * What programs write when something outside of them is wrong: the messages of the common runtimes, clients and servers. Patterns are
 * bounded, so that a line costs a time linear in its length. Named groups: host, port, user, file, variable, what.
 */

export type LogKind =
  | 'dns'
  | 'connection-refused'
  | 'unreachable'
  | 'connection-reset'
  | 'timeout'
  | 'auth-failed'
  | 'read-only'
  | 'pool-exhausted'
  | 'rate-limited'
  | 'disk-full'
  | 'file-system-read-only'
  | 'permission-denied'
  | 'port-in-use'
  | 'missing-env'
  | 'missing-file'
  | 'missing-module'
  | 'missing-config-key'
  | 'command-not-found'
  | 'exec-format'
  | 'oom-heap'
  | 'clock-skew'
  | 'tls-expired'
  | 'tls-untrusted'
  | 'protocol-mismatch'
  | 'k8s-forbidden';

/** In the order of precedence: a line is of the first kind that it matches. */
export const logPatterns: readonly (readonly [LogKind, readonly RegExp[]])[] = [
  [
    'k8s-forbidden',
    [
      /is forbidden: User "(?<user>[^"]{1,250})" cannot (?<what>\w+ resource "[^"]{1,100}")/,
      /is forbidden: User "(?<user>[^"]{1,250})" cannot (?<what>\w+)/,
    ],
  ],
  [
    'clock-skew',
    [
      /certificate has expired or is not yet valid: current time \S{1,40} is before/i,
      /certificate is not (?:yet|valid yet)|CERT_NOT_YET_VALID|CertificateNotYetValidException/i,
      /clock skew|RequestTimeTooSkewed|time too skewed|clock is (?:ahead|behind|out of sync)|system clock (?:went|moved) (?:back|forward)/i,
      /token (?:used before issued|is not yet valid|issued in the future)|jwt not active|\biat\b.{0,40}in the future/i,
    ],
  ],
  [
    'tls-expired',
    [
      /certificate has expired|CERT_HAS_EXPIRED|CertificateExpiredException|certificate (?:is )?expired|ssl\/tls alert certificate expired/i,
    ],
  ],
  [
    'tls-untrusted',
    [
      /certificate signed by unknown authority|unable to verify the first certificate|self[- ]signed certificate/i,
      /PKIX path building failed|certificate verify failed|unable to get (?:local )?issuer certificate|DEPTH_ZERO_SELF_SIGNED_CERT/i,
      /certificate is (?:not )?valid for .{1,200}, not (?<host>\S{1,250})|ERR_TLS_CERT_ALTNAME_INVALID|Hostname\/IP does not match certificate/i,
    ],
  ],
  [
    'protocol-mismatch',
    [
      /server gave HTTP response to HTTPS client|HTTP request (?:was )?sent to (?:an )?HTTPS (?:server|port)|client sent an HTTP request to an HTTPS server/i,
      /first record does not look like a TLS handshake|ssl.{0,40}wrong version number|ERR_SSL_WRONG_VERSION_NUMBER|http2: frame too large/i,
      /plain HTTP request was sent to HTTPS port|Unrecognized SSL message, plaintext connection/i,
    ],
  ],
  [
    'pool-exhausted',
    [
      /remaining connection slots are reserved|sorry, too many clients already|too many connections|max number of clients reached|max_user_connections/i,
      /HikariPool-\S{1,60} - Connection is not available|QueuePool limit of size|Timeout acquiring a connection|pool is probably full/i,
      /(?:connection )?pool (?:is )?(?:exhausted|timeout|timed out)|pool exhausted|timed? ?out (?:while )?waiting for (?:a |an )?(?:free |idle |available )?(?:connection|object)/i,
      /Cannot get a connection, pool error|prior to obtaining a connection from the pool|ResourceRequest timed out|too many open connections|MongoWaitQueueFull|WaitQueueTimeoutError/i,
    ],
  ],
  [
    'auth-failed',
    [
      /password authentication failed for user "(?<user>[^"]{1,100})"/i,
      /Access denied for user '(?<user>[^']{1,100})'/i,
      /Login failed for user '(?<user>[^']{1,100})'/i,
      /role "(?<user>[^"]{1,100})" (?:does not exist|is not permitted to log in)/,
      /no pg_hba\.conf entry for host "[^"]{1,100}", user "(?<user>[^"]{1,100})"/,
      /no PostgreSQL user name specified|no password supplied|fe_sendauth|SASL:? .{0,60}(?:password|authentication)|SCRAM.{0,60}(?:fail|password)/i,
      /permission denied for (?:table|relation|schema|database|sequence|function) (?<what>\S{1,100})/i,
      /not authori[sz]ed on (?<what>\S{1,100}) to execute command/i,
      /(?:UserNotFound|Could not find user).{0,40}?"?(?<user>[\w.-]{1,60})@[\w.-]{1,60}/,
      /WRONGPASS|NOAUTH|NOPERM|ERR invalid password|Client sent AUTH, but no password is set|AUTH called without any password|invalid username-password pair/,
      /ORA-01017|logon denied|ACCESS_REFUSED|username or password (?:is |was )?(?:incorrect|invalid|wrong)|incorrect username or password|(?:invalid|bad|wrong) (?:username|user name|user|login) (?:or|and|\/) ?password/i,
      /authentication (?:has )?failed|failed to authenticate|authentication (?:error|failure|required)|AuthenticationException|MongoSecurityException|AuthenticationFailed|SaslAuthenticationException|BadCredentials|invalid credentials/i,
      /InvalidAccessKeyId|SignatureDoesNotMatch|InvalidClientTokenId|ExpiredToken(?:Exception)?\b/,
      /\b401:? unauthori[sz]ed|status(?: ?code)?[=: ]{1,3}401\b|code = Unauthenticated/i,
    ],
  ],
  [
    'read-only',
    [
      /READONLY You can't write against a read only|cannot execute \S{1,40} in a read-only transaction|super-read-only|--read-only option/i,
      /NotWritablePrimary|NotPrimaryError|not (?:master|primary)(?: and slaveOk|,| or)|\bnot master\b|NotMaster|node is not (?:the )?(?:primary|leader)/,
      /attempt to write a readonly database|index read-only|database is (?:in )?read[- ]only|read[- ]only (?:mode|replica)|default_transaction_read_only/i,
      /NOREPLICAS|MASTERDOWN/,
    ],
  ],
  [
    'rate-limited',
    [
      /\b429:? too many requests|too many requests|status(?:[ _]?code)?["=: ]{1,4}429\b|HTTP\/[\d.]{1,3}["]? 429\b/i,
      /rate limit(?:ed|ing)?(?: was| has been| is)? ?(?:exceeded|reached|hit)|rate[- ]limited|ThrottlingException|Throttling\.User|TooManyRequests|RequestLimitExceeded|request rate is too large/i,
    ],
  ],
  [
    'disk-full',
    [
      /(?<file>\/[^\s:'"]{1,250})['"]?: (?:write: )?no space left on device/i,
      /no space left on device|ENOSPC(?!: System limit)|disk quota exceeded|database or disk is full|not enough space on the disk|(?:disk|volume|filesystem) (?:is )?full\b/i,
      /MISCONF Redis is configured to save|flood[- ]stage disk watermark|could not extend file/i,
    ],
  ],
  [
    'exec-format',
    [
      /exec format error|cannot execute binary file|rosetta error: failed to open elf|wrong ELF class|qemu-\w{1,20}: Could not open/i,
    ],
  ],
  [
    'port-in-use',
    [
      /bind\(\) to \[?[\da-fA-F:.*]{1,45}\]?:(?<port>\d{1,5}) failed \(98/,
      /EADDRINUSE.{0,60}?:(?<port>\d{2,5})\b/,
      /listen (?:tcp|udp)[46]? \[?[\d.:a-fA-F]{0,45}\]?:(?<port>\d{1,5}): bind: address already in use/,
      /Port (?<port>\d{1,5}) (?:was|is) already in use/i,
      /address (?:already )?in use|EADDRINUSE|Only one usage of each socket address/i,
    ],
  ],
  [
    'dns',
    [
      /lookup (?<host>[\w.-]{1,253})(?: on \S{1,60})?: (?:no such host|server misbehaving|Temporary failure|Try again|.{0,60}i\/o timeout)/i,
      /(?:ENOTFOUND|EAI_AGAIN|EAI_FAIL) (?<host>[\w.-]{1,253})/,
      /UnknownHostException:? (?<host>[\w.-]{1,253})/,
      /could not translate host name "(?<host>[^"]{1,253})" to address/i,
      /host not found in (?:upstream|resolver|host)? ?"(?<host>[\w.-]{1,253})(?::(?<port>\d{1,5}))?"?/i,
      /could not resolve (?:host|hostname|proxy)?:? ?'?"?(?<host>[\w.-]{1,253})/i,
      /(?:bad address|unknown host|unknown MySQL server host|unable to resolve (?:host(?:name)?|address)?|cannot resolve (?:host(?:name)?)?|(?:server )?can't find|name resolution failed for(?: target)?(?: dns:\/{0,3})?|failed to resolve(?: host(?:name)?)?|failed to lookup|DNS resolution failed for) ?:?['"]?(?<host>[\w-][\w.-]{0,252})/i,
      /connecting to (?<host>[\w.-]{1,253}):(?<port>\d{1,5})\. (?:Name or service not known|Name does not resolve|Temporary failure)/i,
      /(?:host=|to host |host |server )['"]?(?<host>[\w.-]{1,253})['"]?.{0,120}(?:Name or service not known|Temporary failure in name resolution|Name does not resolve|nodename nor servname)/i,
      /(?<host>[\w-][\w.-]{0,252})(?::(?<port>\d{1,5}))?: (?:Name or service not known|Temporary failure in name resolution|Name does not resolve)/i,
      /name or service not known|temporary failure in name resolution|name does not resolve|no such host|getaddrinfo (?:failed|error|ENOTFOUND|EAI_AGAIN)|nodename nor servname|failed to lookup address information|name resolution (?:failure|failed|error)|NXDOMAIN|SERVFAIL|server misbehaving/i,
    ],
  ],
  [
    'connection-refused',
    [
      /dial (?:tcp|udp|unix)[46]? \[?(?<host>[\w.-]{1,253}|[\da-fA-F:]{2,45})\]?:(?<port>\d{1,5}): (?:connect: )?connection refused/i,
      /ECONNREFUSED (?<host>[\w.:-]{1,253}):(?<port>\d{1,5})/,
      // Thrift, of C++. https://github.com/apache/thrift/blob/master/lib/cpp/src/thrift/transport/TSocket.cpp
      /<Host: (?<host>[\w.-]{1,253}) Port: (?<port>\d{1,5})>.{0,60}Connection refused/i,
      /Connection to (?<host>[\w.-]{1,253}):(?<port>\d{1,5}) refused/i,
      /connection to server at "(?<host>[^"]{1,253})"(?: \([^)]{1,60}\))?, port (?<port>\d{1,5}) failed: Connection refused/i,
      /connecting to (?<host>[\w.-]{1,253}):(?<port>\d{1,5})\. Connection refused/i,
      /connect to (?:Redis|MySQL server|server|host|MongoDB|\S{1,40}) (?:at|on) ['"[]?(?<host>[\w.-]{1,253})['"]?:(?<port>\d{1,5}).{0,60}(?:refused|\(111\)|on first connect)/i,
      /Can't connect to (?:MySQL|MariaDB|local MySQL) server on '(?<host>[\w.-]{1,253})(?::(?<port>\d{1,5}))?'.{0,60}(?:refused|\(111|\(61)/i,
      /Failed to connect to (?<host>[\w.-]{1,253}) port (?<port>\d{1,5}).{0,60}(?:refused|Couldn't connect|Could not connect)/i,
      /connect to (?<host>[\w.-]{1,253}) port (?<port>\d{1,5}).{0,60}refused/i,
      /failed to connect to server \[(?<host>[\w.-]{1,253}):(?<port>\d{1,5})\]/i,
      /Connection refused \((?<host>[\w.-]{1,253}):(?<port>\d{1,5})\)/i,
      /111: Connection refused\).{0,400}upstream: "\w{1,10}:\/\/(?<host>[\w.-]{1,253}):(?<port>\d{1,5})/i,
      /connection refused|ECONNREFUSED|actively refused|ConnectionRefusedError|Connect call failed|111, 'Connection refused'/i,
    ],
  ],
  [
    'unreachable',
    [
      /dial tcp[46]? \[?(?<host>[\w.-]{1,253})\]?:(?<port>\d{1,5}): (?:connect: )?(?:no route to host|network is unreachable|host is down)/i,
      /(?:EHOSTUNREACH|ENETUNREACH) (?<host>[\w.-]{1,253}):(?<port>\d{1,5})/,
      /no reachable servers|no healthy upstream|upstream connect error|no route to host|network is unreachable|EHOSTUNREACH|ENETUNREACH|host is unreachable|NoRouteToHostException/i,
    ],
  ],
  [
    'timeout',
    [
      /->\[?(?<host>[\w.-]{1,253})\]?:(?<port>\d{1,5}): i\/o timeout/i,
      /dial (?:tcp|udp)[46]? \[?(?<host>[\w.-]{1,253})\]?:(?<port>\d{1,5}): (?:connect: )?(?:i\/o timeout|connection timed out|operation was canceled)/i,
      /ETIMEDOUT (?<host>[\w.-]{1,253}):(?<port>\d{1,5})/,
      /connection to server at "(?<host>[^"]{1,253})"(?: \([^)]{1,60}\))?, port (?<port>\d{1,5}) failed: (?:Connection timed out|timeout expired)/i,
      /Failed to connect to (?<host>[\w.-]{1,253}) port (?<port>\d{1,5}).{0,60}timed? ?out/i,
      /110: Connection timed out\).{0,400}upstream: "\w{1,10}:\/\/(?<host>[\w.-]{1,253}):(?<port>\d{1,5})/i,
      /Connect to (?<host>[\w.-]{1,253}):(?<port>\d{1,5}) .{0,80}(?:connect|read) timed out/i,
      /i\/o timeout|ETIMEDOUT|ESOCKETTIMEDOUT|connect(?:ion)? timed? ?out|timeout expired|upstream timed out|upstream request timeout|SocketTimeoutException|ConnectTimeout|ReadTimeout/i,
      /context deadline exceeded|DEADLINE_EXCEEDED|code = DeadlineExceeded|Deadline exceeded/,
      /(?:request|read|write|query|operation|command|call|handshake) timed? ?out|timed out after \d|TimeoutException|TimeoutError|MongoServerSelectionError|No suitable servers found/i,
    ],
  ],
  [
    'connection-reset',
    [
      /connection reset by peer|ECONNRESET|broken pipe|EPIPE|server closed the connection unexpectedly|socket hang up|unexpected EOF\b|Connection lost/i,
    ],
  ],
  [
    'file-system-read-only',
    [
      /(?:EROFS: read-only file system, \w{1,20} |mkdir |open |create |touch: cannot touch |cannot create (?:directory )?|can't create |remove |rename |chown: |chmod: )['"‘]?(?<file>\/[^\s'"’:]{1,250})['"’]?(?:: )?.{0,40}Read-only file system/i,
      /Read-only file system: ?['"](?<file>\/[^'"]{1,250})/i,
      /EROFS[^'"]{0,80}['"](?<file>\/[^'"]{1,250})/,
      /read-only file ?system|EROFS|ReadOnlyFileSystemException/i,
    ],
  ],
  [
    'permission-denied',
    [
      /bind\(\) to \[?[\da-fA-F:.*]{1,45}\]?:(?<port>\d{1,5}) failed \(13: Permission denied/i,
      /listen (?:tcp|udp)[46]? \[?[\d.:a-fA-F]{0,45}\]?:(?<port>\d{1,5}): bind: permission denied/i,
      /listen EACCES:? permission denied .{0,45}?:(?<port>\d{1,5})/i,
      /(?:EACCES|EPERM): [\w -]{1,40}, \w{1,20} '(?<file>[^']{1,250})'/,
      /\[Errno 13\] Permission denied: '(?<file>[^']{1,250})'/,
      /AccessDeniedException: (?<file>\/\S{1,250})/,
      /(?<file>\/[^\s'"():]{1,250}) ?\(Permission denied\)/,
      /open\(\) "(?<file>\/[^"]{1,250})" failed \(13/,
      /(?:open|mkdir|stat|create|write|remove|rename|exec|unlink|chown|chmod|touch|rm|cp|mv|ls|cat|lstat|dial unix|fork\/exec):? (?:cannot \w{1,20}(?: directory| file)? |can't \w{1,20}(?: directory)? |changing (?:ownership|permissions) of |)['"‘]?(?<file>\/[^\s'"’:]{1,250})['"’]?: (?:connect: )?(?:permission denied|operation not permitted)/i,
      /Access to the path '(?<file>[^']{1,250})' is denied/,
      /(?<file>\/[^\s'"():]{1,250})['"’]?: (?:permission denied|operation not permitted)/i,
      /permission denied(?! (?:for|\(publickey))|EACCES|operation not permitted|PermissionError/i,
    ],
  ],
  [
    'missing-env',
    [
      /KeyError: ['"](?<variable>[A-Z][A-Z0-9_]{2,80})['"]/,
      /required key (?<variable>[A-Z][A-Z0-9_]{2,80}) missing value/,
      /\b(?:[Ee]nv|ENV)(?:ironment)?(?: ?[Vv]ar(?:iable)?s?)?\b.{0,40}?["'`$({]{0,3}\b(?<variable>[A-Z][A-Z0-9]{0,40}_[A-Z0-9_]{1,80}|[A-Z]{4,40})\b["'`)}]{0,2}.{0,30}?(?:not (?:set|found|defined|provided|present|specified|exist)|missing|required|undefined|unset|empty|must be|does not exist|isn't set)/,
      /\b(?:[Mm]issing|[Rr]equired|[Uu]ndefined|[Uu]nset|[Nn]o|[Ss]et|[Ss]pecify|[Nn]eed)\b.{0,30}\b[Ee]nv(?:ironment)?(?: ?[Vv]ar(?:iable)?s?)?\b.{0,20}?["'`$({]{0,3}\b(?<variable>[A-Z][A-Z0-9]{0,40}_[A-Z0-9_]{1,80}|[A-Z]{4,40})\b/,
      /["'`$({]{0,3}\b(?<variable>[A-Z][A-Z0-9]{0,40}_[A-Z0-9_]{1,80})\b["'`)}]{0,2}:? (?:env(?:ironment)?(?: ?var(?:iable)?)? )?(?:is |was |must be |has |are )?(?:not (?:been )?(?:set|defined|provided|found|specified|configured)|required|missing|undefined|unset|empty|unbound variable|parameter not set|set\b|specified\b|cannot be (?:empty|blank))/,
      /(?<variable>[A-Z][A-Z0-9_]{2,80}): (?:unbound variable|parameter not set|parameter null or not set)/,
      /(?:must|need to) specify (?:one of )?.{0,60}?(?<variable>[A-Z][A-Z0-9]{1,40}_[A-Z0-9_]{1,80})/,
      /Could not resolve placeholder '(?<variable>[A-Z][A-Z0-9_]{2,80})(?::[^']{0,80})?'/,
      /\b[Mm]issing (?:required )?["'`]?(?<variable>[A-Z][A-Z0-9]{0,40}_[A-Z0-9_]{1,80})\b/,
      /environment variable not found|NotPresent\b|password option is not specified|superuser password is not specified/i,
    ],
  ],
  [
    'missing-config-key',
    [
      /Could not resolve placeholder '(?<variable>[^':]{1,150})/,
      /(?:missing|required|unknown|undefined|no such|invalid) (?:required )?(?:config(?:uration)?|setting|property|option|key|field|parameter)(?: key| property| option| value| entry| field)?(?: named)?:? ["'`]?(?<variable>[\w.-]{2,100})/i,
      /(?:config(?:uration)?|setting|property|option|key) ["'`]?(?<variable>[\w.-]{2,100})["'`]? (?:is |was )?(?:not (?:set|found|defined|provided|specified)|missing|required)/i,
      /unknown directive "(?<variable>[^"]{1,100})"/,
    ],
  ],
  [
    'command-not-found',
    [
      /exec: "(?<file>[^"]{1,250})": (?:executable file not found in \$PATH|stat \S{1,250}: no such file or directory|permission denied)/,
      /(?:^|[\s/])(?:sh|bash|ash|dash|zsh|entrypoint\.sh|docker-entrypoint\.sh): (?:line )?(?:\d{1,5}: )?(?:exec: )?(?:line \d{1,5}: )?(?<file>[^\s:]{1,250}): (?:command )?not found/,
      /env: (?:can't execute )?['"‘]?(?<file>[^\s'"’:]{1,250})['"’]?: No such file or directory/,
      /Unable to access jarfile (?<file>\S{1,250})|Could not find or load main class (?<what>\S{1,250})/,
      /can't open file '(?<file>[^']{1,250})': \[Errno 2\]/,
      /executable file not found|command not found/i,
    ],
  ],
  [
    'missing-module',
    [
      /Cannot find (?:module|package) '(?<file>[^']{1,250})'/,
      /No module named '?(?<file>[\w.]{1,150})/,
      /error while loading shared libraries: (?<file>[^\s:]{1,150})/,
      /(?:NoClassDefFoundError|ClassNotFoundException): (?<file>\S{1,200})/,
      /cannot load such file -- (?<file>\S{1,200})|Could not load file or assembly '(?<what>[^',]{1,200})/,
    ],
  ],
  [
    'missing-file',
    [
      /ENOENT: no such file or directory, \w{1,20} '(?<file>[^']{1,250})'/,
      /\[Errno 2\] No such file or directory: '(?<file>[^']{1,250})'/,
      /FileNotFoundException: (?<file>[^\s(]{1,250}) \(No such file/,
      /NoSuchFileException: (?<file>\S{1,250})/,
      /Could not find (?:a part of the path|file) '(?<file>[^']{1,250})'/,
      /open\(\) "(?<file>\/[^"]{1,250})" failed \(2/,
      /cannot load certificate(?: key)? "(?<file>[^"]{1,250})"/,
      /(?:open|stat|read|lstat|chdir|cat|ls|cp|readlink|cannot open|can't open|cannot access|unable to (?:open|read|load)|failed to (?:open|read|load))(?: config(?:uration)?)?(?: file)?:? ['"‘]?(?<file>[./][^\s'"’:]{0,250})['"’]?:? (?:no such file or directory|not found|\(No such file)/i,
      /(?<file>\/[^\s'"():]{1,250})['"’]?:? (?:no such file or directory|does not exist|not found)/i,
      /can't open config file '(?<file>[^']{1,250})'/i,
      /no such file or directory|ENOENT|FileNotFoundError/i,
    ],
  ],
  [
    'oom-heap',
    [
      /java\.lang\.OutOfMemoryError|Terminating due to java\.lang\.OutOfMemoryError|JavaScript heap out of memory|Reached heap limit/,
      /runtime: out of memory|std::bad_alloc|\bMemoryError\b|memory allocation of \d{1,20} bytes failed|System\.OutOfMemoryException|Allowed memory size of \d{1,20} bytes exhausted/,
      /cannot allocate memory|\bOut of memory\b|failed to allocate memory/i,
    ],
  ],
];
