import { describe, expect, test } from 'vitest';
import { readLog } from '../../../../flows/incidents/looks/log-signatures.ts';

const read = (...lines: string[]) => readLog({ lines, source: 'k8s_logs prod/app-1 app' });

/** A line as the named program writes it, and what must be read from it. */
const lines: [string, Record<string, unknown>][] = [
  [
    'dial tcp 10.96.0.7:5432: connect: connection refused',
    { kind: 'connection-refused', host: '10.96.0.7', port: 5432 },
  ],
  [
    'Thrift: Thu Feb 13 04:27:00 2026 TSocket::open() connect() <Host: user-service Port: 9090>: Connection refused',
    { kind: 'connection-refused', host: 'user-service', port: 9090 },
  ],
  ['Error: connect ECONNREFUSED 10.96.0.7:6379', { kind: 'connection-refused', host: '10.96.0.7', port: 6379 }],
  [
    'redis.exceptions.ConnectionError: Error 111 connecting to redis:6379. Connection refused.',
    { kind: 'connection-refused', host: 'redis', port: 6379 },
  ],
  [
    'org.postgresql.util.PSQLException: Connection to db.prod:5432 refused. Check that the hostname',
    { kind: 'connection-refused', host: 'db.prod', port: 5432 },
  ],
  [
    'psycopg2.OperationalError: connection to server at "db" (10.0.0.3), port 5432 failed: Connection refused',
    { kind: 'connection-refused', host: 'db', port: 5432 },
  ],
  [
    "pymysql.err.OperationalError: (2003, \"Can't connect to MySQL server on 'db' ([Errno 111] Connection refused)\")",
    { kind: 'connection-refused', host: 'db' },
  ],
  [
    '2024/05/01 10:00:00 [error] 7#7: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 10.0.0.1, server: , request: "GET / HTTP/1.1", upstream: "http://10.96.3.4:8080/", host: "x"',
    { kind: 'connection-refused', host: '10.96.3.4', port: 8080 },
  ],
  [
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.96.1.2:50051: i/o timeout"',
    { kind: 'timeout', host: '10.96.1.2', port: 50051 },
  ],
  ['read tcp 10.1.0.5:43210->10.96.0.10:6379: i/o timeout', { kind: 'timeout', host: '10.96.0.10', port: 6379 }],
  ['dial tcp: lookup postgres-svc on 10.96.0.10:53: no such host', { kind: 'dns', host: 'postgres-svc' }],
  ['Error: getaddrinfo ENOTFOUND mysql.prod.svc', { kind: 'dns', host: 'mysql.prod.svc' }],
  ['java.net.UnknownHostException: kafka', { kind: 'dns', host: 'kafka' }],
  [
    'nginx: [emerg] host not found in upstream "backend-svc" in /etc/nginx/conf.d/default.conf:3',
    { kind: 'dns', host: 'backend-svc' },
  ],
  ['curl: (6) Could not resolve host: api.internal', { kind: 'dns', host: 'api.internal' }],
  ['FATAL:  password authentication failed for user "shop"', { kind: 'auth-failed', user: 'shop' }],
  [
    "ERROR 1045 (28000): Access denied for user 'root'@'10.1.0.3' (using password: YES)",
    { kind: 'auth-failed', user: 'root' },
  ],
  [
    '(Unauthorized) not authorized on geo-db to execute command { find: "geo" }',
    { kind: 'auth-failed', what: 'geo-db' },
  ],
  ['WRONGPASS invalid username-password pair or user is disabled.', { kind: 'auth-failed' }],
  ["READONLY You can't write against a read only replica.", { kind: 'read-only' }],
  ['FATAL: sorry, too many clients already', { kind: 'pool-exhausted' }],
  ['HikariPool-1 - Connection is not available, request timed out after 30000ms.', { kind: 'pool-exhausted' }],
  ['upstream answered 429 Too Many Requests', { kind: 'rate-limited' }],
  ['write /data/wal/0001: no space left on device', { kind: 'disk-full', file: '/data/wal/0001' }],
  ["Error: EACCES: permission denied, open '/data/db.sqlite'", { kind: 'permission-denied', file: '/data/db.sqlite' }],
  ["mkdir: cannot create directory '/var/lib/x': Permission denied", { kind: 'permission-denied', file: '/var/lib/x' }],
  ['nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)', { kind: 'permission-denied', port: 80 }],
  ["touch: cannot touch '/app/lock': Read-only file system", { kind: 'file-system-read-only', file: '/app/lock' }],
  ['listen tcp :8080: bind: address already in use', { kind: 'port-in-use', port: 8080 }],
  ['Error: listen EADDRINUSE: address already in use :::3000', { kind: 'port-in-use', port: 3000 }],
  ["KeyError: 'DATABASE_URL'", { kind: 'missing-env', variable: 'DATABASE_URL' }],
  [
    'panic: environment variable "PRODUCT_CATALOG_ADDR" not set',
    { kind: 'missing-env', variable: 'PRODUCT_CATALOG_ADDR' },
  ],
  ['Error: Missing required environment variable: API_KEY', { kind: 'missing-env', variable: 'API_KEY' }],
  ['/run.sh: line 3: DB_HOST: unbound variable', { kind: 'missing-env', variable: 'DB_HOST' }],
  ['open /etc/app/config.yaml: no such file or directory', { kind: 'missing-file', file: '/etc/app/config.yaml' }],
  [
    "FileNotFoundError: [Errno 2] No such file or directory: '/conf/a.ini'",
    { kind: 'missing-file', file: '/conf/a.ini' },
  ],
  ['sh: 1: gunicorn: not found', { kind: 'command-not-found', file: 'gunicorn' }],
  ["Error: Cannot find module '/app/server.js'", { kind: 'missing-module', file: '/app/server.js' }],
  ['exec /usr/local/bin/app: exec format error', { kind: 'exec-format' }],
  ['Exception in thread "main" java.lang.OutOfMemoryError: Java heap space', { kind: 'oom-heap' }],
  [
    'x509: certificate has expired or is not yet valid: current time 2026-11-25T00:00:00Z is after 2025-01-01T00:00:00Z',
    { kind: 'tls-expired' },
  ],
  [
    'x509: certificate has expired or is not yet valid: current time 2019-11-25T00:00:00Z is before 2025-01-01T00:00:00Z',
    { kind: 'clock-skew' },
  ],
  ['x509: certificate signed by unknown authority', { kind: 'tls-untrusted' }],
  [
    'pods is forbidden: User "system:serviceaccount:prod:app" cannot list resource "pods" in API group "" in the namespace "prod"',
    { kind: 'k8s-forbidden', user: 'system:serviceaccount:prod:app', what: 'list resource "pods"' },
  ],
  ['{"level":"error","msg":"open \\"/srv/x\\": permission denied"}', { kind: 'permission-denied', file: '/srv/x' }],
];

describe('a line is read as what it says', () => {
  test.each(lines)('%s', (line, expected) => {
    expect(read(line).matches).toEqual([expect.objectContaining(expected)]);
  });
});

test('lines of everyday work match nothing', () => {
  const calm = [
    '10.1.0.3 - - [25/Nov/2026:12:00:00 +0000] "GET /api/items HTTP/1.1" 200 512',
    '2026-11-25T12:00:00Z INFO listening on 0.0.0.0:8080',
    'Started Application in 4.2 seconds (process running for 5.1)',
    'connected to postgres://db:5432/shop',
    'database system is ready to accept connections',
  ];
  expect(read(...calm).matches).toEqual([]);
});

test('the decisive line of a Python traceback is the exception, with the missing variable as its cause', () => {
  const reading = read(
    'Traceback (most recent call last):',
    '  File "/app/main.py", line 4, in <module>',
    '    url = os.environ["DATABASE_URL"]',
    "KeyError: 'DATABASE_URL'",
  );
  expect(reading.decisive).toBe("KeyError: 'DATABASE_URL'");
  expect(reading.cause?.kind).toBe('missing-env');
});

test('the decisive line of a Java stack is its innermost cause', () => {
  const reading = read(
    'Exception in thread "main" org.springframework.beans.factory.BeanCreationException: Error creating bean',
    '\tat org.springframework.boot.SpringApplication.run(SpringApplication.java:307)',
    'Caused by: java.net.UnknownHostException: kafka',
    '\tat java.base/java.net.InetAddress.getAllByName(InetAddress.java:1375)',
    '\t... 12 more',
  );
  expect(reading.decisive).toBe('Caused by: java.net.UnknownHostException: kafka');
  expect(reading.cause).toMatchObject({ kind: 'dns', host: 'kafka' });
});

test('the decisive line of a Go panic is the panic, not the goroutines after it', () => {
  const reading = read(
    'starting',
    'panic: runtime error: invalid memory address or nil pointer dereference',
    '[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x4a2b3c]',
    'goroutine 1 [running]:',
    'main.main()',
    '\t/src/main.go:12 +0x1d',
    'exit status 2',
  );
  expect(reading.decisive).toMatch(/^panic: runtime error/);
  expect(reading.cause).toBeUndefined();
});

test('the host on the second line of an old libpq message is found', () => {
  const reading = read(
    'could not connect to server: Connection refused',
    'Is the server running on host "orders-db" (10.0.0.9) and accepting TCP/IP connections on port 5432?',
  );
  expect(reading.matches[0]).toMatchObject({ kind: 'connection-refused', host: 'orders-db', port: 5432 });
});

test('a line of a hundred kilobytes costs no more than its beginning', () => {
  const began = process.cpuUsage().user;
  read(...Array.from({ length: 1000 }, (_, at) => `${at} ${'a:/'.repeat(33_000)} env permission not`));
  expect((process.cpuUsage().user - began) / 1000).toBeLessThan(3000);
});
