import type { JsonObject } from '../../src/tools/types.ts';

/** Made-up secrets of real shapes. They are put together here so that no scanner takes them for lost ones. */

/** mulberry32, with a fixed seed. */
let seed = 42;
const next = (below: number): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
};
const some = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[next(alphabet.length)]).join('');
const digit = '0123456789';
const hex = `${digit}abcdef`;
const lower = 'abcdefghijklmnopqrstuvwxyz';
const upper = lower.toUpperCase();
const alnum = digit + lower + upper;
const an = (length: number): string => `${some(alnum, length - 2)}7q`;
const b64 = (text: string): string => Buffer.from(text).toString('base64');
const pem = (label: string): string =>
  `-----BEGIN ${label}-----\n${Array.from({ length: 4 }, () => an(64)).join('\n')}\n-----END ${label}-----`;
const jwt = `${b64('{"alg":"RS256","kid":"k1"}')}.${b64('{"sub":"system:serviceaccount:prod:app"}').replace(/=+$/, '')}.${an(86)}`;
const ltai = `LTAI5t${an(18)}`;

/** What must not be seen again, in the words around it that make it a secret. */
export interface Sample {
  shape: string;
  text: string;
  secret: string;
}

const sample = (shape: string, secret: string, around = '%'): Sample => ({
  shape,
  secret,
  text: around.replace('%', () => secret),
});

export const samples: Sample[] = [
  sample('Alibaba Cloud access key', ltai),
  sample('short Alibaba Cloud access key', `LTAI${an(12)}`),
  sample('STS key', `STS.${an(24)}`),
  sample('access key secret by name', an(30), 'AccessKeySecret: %'),
  sample('access key secret after words', an(30), 'the AccessKey Secret %'),
  sample('access key secret in the environment', an(30), 'ALIBABA_CLOUD_ACCESS_KEY_SECRET=%'),
  sample('security token', an(90), 'SecurityToken=%'),
  sample('AWS key', `AKIA${some(upper + digit, 16)}`),
  sample('AWS temporary key', `ASIA${some(upper + digit, 16)}`),
  sample('AWS secret', an(40), 'aws_secret_access_key = %'),
  sample('Slack bot token', `xoxb-${some(digit, 12)}-${some(digit, 12)}-${an(24)}`),
  sample('Slack user token', `xoxp-${some(digit, 12)}-${an(32)}`),
  sample('Slack app token', `xapp-1-A${some(upper, 9)}-${some(digit, 13)}-${some(hex, 64)}`),
  sample('Slack refresh token', `xoxe-1-${an(60)}`),
  sample('Slack webhook', `T0${some(upper, 7)}/B0${some(upper, 7)}/${an(24)}`, 'https://hooks.slack.com/services/%'),
  sample('DingTalk sign', `SEC${some(hex, 64)}`),
  sample('DingTalk robot token', some(hex, 64), 'https://oapi.dingtalk.com/robot/send?access_token=%'),
  sample('DingTalk app secret', an(64), 'appSecret: "%"'),
  sample('GitHub token', `ghp_${an(36)}`),
  sample('GitHub app token', `gho_${an(36)}`),
  sample('GitHub fine-grained token', `github_pat_${an(22)}_${an(59)}`),
  sample('GitLab token', `glpat-${an(20)}`),
  sample('npm token', `npm_${an(36)}`),
  sample('PyPI token', `pypi-AgEI${an(60)}`),
  sample('Docker auth', b64(`admin:${an(14)}`), '{"auths":{"registry.example.com":{"auth":"%"}}}'),
  sample('Google API key', `AIza${an(35)}`),
  sample('Google OAuth token', `ya29.${an(60)}`),
  sample('service account key', an(40), '"private_key_id": "k", "private_key": "%"'),
  sample('Azure account key', `${an(86)}==`, 'DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=%'),
  sample('Azure SAS', an(44), 'sv=2024-01-01&sr=b&sig=%'),
  sample('OpenAI key', `sk-proj-${an(48)}`),
  sample('Anthropic key', `sk-ant-api03-${an(80)}`),
  sample('DashScope key', `sk-${some(hex, 31)}7`),
  sample('Stripe key', `sk_live_${an(24)}`),
  sample('Stripe restricted key', `rk_test_${an(24)}`),
  sample('Twilio key', `SK${some(hex, 32)}`),
  sample('SendGrid key', `SG.${an(22)}.${an(43)}`),
  sample('Vault token', `hvs.${an(90)}`),
  sample('JWT', jwt),
  sample('bearer token', an(40), 'Authorization: Bearer %'),
  sample('bearer token in JSON', an(40), '{"Authorization":"Bearer %"}'),
  sample('basic credentials', b64(`ann:${an(12)}`), 'authorization: Basic %'),
  sample('bare token header', an(32), 'X-Auth-Token: %'),
  sample('cookie', `session=${an(40)}; theme=dark`, 'Cookie: %'),
  sample('set-cookie', `sid=${an(32)}; HttpOnly`, 'Set-Cookie: %'),
  sample('PostgreSQL address', an(16), 'postgres://app:%@db.prod.svc:5432/shop'),
  sample('MySQL address', `${an(8)}!#${an(4)}`, 'mysql://root:%@10.0.0.5/shop'),
  sample('MongoDB address', an(16), 'mongodb+srv://app:%@cluster0.example.net/?retryWrites=true'),
  sample('Redis address without a user', an(20), 'redis://:%@r-bp1.redis.rds.aliyuncs.com:6379/0'),
  sample('AMQP address', an(12), 'amqp://guest:%@rabbit:5672/vhost'),
  sample('JDBC address', an(14), 'jdbc:mysql://db:3306/shop?user=app&password=%'),
  sample('JDBC thin address', an(14), 'jdbc:oracle:thin:scott/%@//db:1521/ORCL'),
  sample('Go DSN', an(14), 'app:%@tcp(10.0.0.5:3306)/shop'),
  sample('user and password in an address', an(20), 'https://deploy:%@git.example.com/shop.git'),
  sample('token as user in an address', an(24), 'https://%@git.example.com/shop.git'),
  sample('RSA key', pem('RSA PRIVATE KEY')),
  sample('EC key', pem('EC PRIVATE KEY')),
  sample('OpenSSH key', pem('OPENSSH PRIVATE KEY')),
  sample('kubeconfig key', b64(pem('RSA PRIVATE KEY')), 'client-key-data: %'),
  sample('kubeconfig token', an(60), 'user: {token: %}'),
  sample('bootstrap token', `${some(lower, 5)}7.${some(lower + digit, 14)}a7`),
  sample('password in YAML', 'correct-horse!', 'password: %'),
  sample('password with spaces in JSON', 'correct horse battery', '{"dbPassword":"%"}'),
  sample('password in escaped JSON', an(10), '"{\\"password\\":\\"%\\"}"'),
  sample('password in XML', an(10), '<password>%</password>'),
  sample('password in a flag', an(12), '--db-password=%'),
  sample('password after a flag', an(12), 'helm install --password %'),
  sample('password of mysql', an(12), 'mysql -h db -u root -p%'),
  sample('password of curl', an(12), 'curl -u admin:%'),
  sample('password in Chinese', an(10), '密码：%'),
  sample('env entry in YAML', an(12), '- name: DB_PASSWORD\n  value: %'),
  sample('env entry in JSON', an(12), '{"name":"API_TOKEN","value":"%"}'),
  sample('literal variable in YAML', an(12), '- name: SIGNING\n  value: %'),
  sample('password of a variable in short', an(8), 'DB_PASS=%'),
  sample('credentials by a short name', an(10), 'MQ_CREDS: %'),
  sample('authorization by its name', an(6), '{"name":"Authorization","value":"%"}'),
  sample('random value by a weak name', some(alnum + alnum, 64), 'encryption_salt: %'),
  sample('base64 of an access key', b64(`key is ${ltai} ok`)),
  sample('base64 of a password', b64(`password=${an(12)} user=app`)),
  sample('base64 of an address', b64(`postgres://app:${an(16)}@db:5432/shop`)),
  sample('base64 of a private key', b64(pem('PRIVATE KEY'))),
  sample('e-mail', 'zhang.wei@mail.example.com'),
  sample('mobile number', '13812345678', '手机：%'),
  sample('mobile number with a prefix', '138 1234 5678', '+86 %'),
  sample('resident number', '11010519491231002X'),
  sample('bank card', '6222021234567890128'.slice(0, 18) + luhnDigit('622202123456789012')),
];

function luhnDigit(digits: string): number {
  const sum = [...digits]
    .reverse()
    .reduce((total, one, at) => total + (at % 2 ? Number(one) : (Number(one) * 2) % 9 || (one === '9' ? 9 : 0)), 0);
  return (10 - (sum % 10)) % 10;
}

/** 25 places of a text in which a secret turns up. */
export const positions: ((text: string) => string)[] = [
  (t) => t,
  (t) => `2026-11-24T10:00:00Z ERROR ${t}`,
  (t) => `${t} and more`,
  (t) => `failed to start: ${t}: connection refused`.replace(`${t}:`, `${t} :`),
  (t) => `first line\n${t}\nlast line`,
  (t) => `  ${t}\n`,
  (t) => `\t${t}\t`,
  (t) => `[${t} ]`,
  (t) => `(${t} )`,
  (t) => `用户 ${t} 登录失败`,
  (t) => `错误：${t}`,
  (t) => `level=error msg=x ${t}`,
  (t) => `> ${t}`,
  (t) => `| cell | ${t} | cell |`,
  (t) => `* ${t}`,
  (t) => `# ${t}`,
  (t) => `// ${t}`,
  (t) => `data:\n  config.yaml: |\n    ${t}\n`,
  (t) => `pod/web-1 ${t} node/a`,
  (t) => `${'x '.repeat(500)}${t}`,
  (t) => `${t} ${'y '.repeat(500)}`,
  (t) => `a\r\n${t}\r\nb`,
  (t) => `{"level":"info"} ${t} {"n":1}`,
  (t) => `Warning  Failed  2m (x3)  kubelet  ${t}`,
  (t) => `${t}\n${t}`,
];

const id = (length: number) => some(hex, length);

/** Lines of a healthy cluster's life that hold no secret; each is made fresh. */
export const cleanLines: (() => string)[] = [
  () => `cluster c${id(32)} is running in vpc-bp1${some(lower + digit, 20)}`,
  () =>
    `RequestId: ${id(8).toUpperCase()}-${id(4).toUpperCase()}-${id(4).toUpperCase()}-${id(4).toUpperCase()}-${id(12).toUpperCase()}`,
  () => `task T-${id(24)} state success vsw-bp1${some(lower + digit, 20)} sg-bp1${some(lower + digit, 17)}`,
  () => `Pulled image registry.cn-hangzhou.aliyuncs.com/acs/app@sha256:${id(64)}`,
  () => `Successfully pulled image "nginx:1.27" in ${next(9000)}ms`,
  () => `pod/web-${id(9)}-x7k2p restarted 3 times, exit code 137`,
  () => `"uid":"${id(8)}-${id(4)}-${id(4)}-${id(4)}-${id(12)}","resourceVersion":"${some(digit, 9)}"`,
  () => `GET /api/v1/namespaces/prod/pods?limit=500&continue=abc 200 ${next(900)}ms`,
  () => `nextToken: ${some(digit, 10)} maxResults=50`,
  () => 'secret/db-password unchanged',
  () => 'MountVolume.SetUp failed for volume "tls" : secret "shop-tls" not found',
  () => 'secretName: shop-tls',
  () => 'secretKeyRef: {name: db, key: password}',
  () => 'Error: token expired, please log in again',
  () => 'imagePullSecrets: [{name: acr}]',
  () => 'serviceAccountName: default, automountServiceAccountToken: false',
  () => `usage: prompt_tokens=${next(9000)} max_tokens: 4096`,
  () => `memory 17179869184 bytes, cpu 500m, offset ${some(digit, 13)}`,
  () => `container_id=containerd://${id(64)}`,
  () => `commit ${id(40)} feat(api): add a key to the map`,
  () => 'keyPairName: ops, loginAsNonRoot: true',
  () => 'node.kubernetes.io/not-ready:NoExecute op=Exists for 300s',
  () =>
    `instance i-bp1${some(lower + digit, 17)} disk d-bp1${some(lower + digit, 17)} lb-bp1${some(lower + digit, 17)}`,
  () => `Normal  Scheduled  web-0.${id(16)}  Successfully assigned prod/web-0`,
  () => `audit: account ${some('12', 1)}${some(digit, 15)} created order ${some(digit, 12)}`,
  () => 'password authentication failed for user "app"',
  () => 'the password must hold eight characters',
  () => 'Basic authentication is switched off; bearer authentication is required',
  () => 'https://cs.cn-hangzhou.aliyuncs.com/clusters?page_size=50&page_number=1',
  () => 'http://localhost:8787/reports/r-1#top, see user@host:path',
  () => 'author: team platform, monkey: 5, keyboard=us, turkey: sandwich',
  () => `trace_id=${id(32)} span_id=${id(16)}`,
  () => 'kubectl get pods -n kube-system -o wide --sort-by=.metadata.name',
  () => 'disk-controller-manager-leader-election-lease acquired; task-queue-worker-autoscaler-v2 started',
  () => '   at Object.<anonymous> (/app/node_modules/express/lib/router/index.js:284:15)',
  () => 'LS0tLS1 is how base64 of a certificate begins; YWJjZGVmZ2hpamtsbW5vcA== is not a secret',
  () => `10.0.${next(255)}.${next(255)} - - "POST /login HTTP/1.1" 401 ${next(900)} "-" "curl/8.5.0"`,
  () => '集群创建成功，节点池 3 个节点已就绪，令牌桶限流 20 次/秒',
  () => `ack-${id(6)}.${some(lower, 8)} nodepool np${id(32)} ready`,
  () => 'clientToken: build-7, key: value, auth: none',
];

const pick = <T>(...of: [T, ...T[]]): T => of[next(of.length)] ?? of[0];
const word = () => some(lower, 4 + next(6));
const hash = () => some(lower + digit, 9);
const podName = () => `${word()}-${word()}-${hash()}-${some(lower + digit, 5)}`;

/** More of them, as manifests, kubectl, PromQL, diffs and the components of a cluster write. */
export const kubernetesLines: (() => string)[] = [
  () => `${podName()}   1/1     Running   ${next(9)} (${next(50)}m ago)   ${next(30)}d`,
  () =>
    `${podName()}   0/1     CrashLoopBackOff   ${next(90)}   3h   10.244.${next(255)}.${next(255)}   node-${next(9)}`,
  () => `deployment.apps/${word()}   3/3   3   3   ${next(90)}d   ${word()}   nginx:1.${next(30)}   app=${word()}`,
  () => `service/${word()}   ClusterIP   10.96.${next(255)}.${next(255)}   <none>   ${next(9000)}/TCP   5d`,
  () => `Warning  FailedScheduling  2m (x5)  default-scheduler  0/${next(9)} nodes are available: insufficient memory`,
  () =>
    `Warning  BackOff  kubelet  Back-off restarting failed container ${word()} in pod ${podName()}_prod(${id(8)}-${id(4)}-${id(4)}-${id(4)}-${id(12)})`,
  () =>
    `Normal  Pulled  kubelet  Container image "registry.k8s.io/${word()}/${word()}:v1.${next(30)}.0" already present on machine`,
  () =>
    `Warning  Unhealthy  kubelet  Readiness probe failed: Get "http://10.244.1.${next(255)}:8080/healthz": dial tcp 10.244.1.7:8080: connect: connection refused`,
  () => `Error from server (NotFound): secrets "${word()}-tls" not found`,
  () => `Error: secret "${word()}" not found; couldn't find key ${word()} in Secret prod/${word()}`,
  () => `container_memory_working_set_bytes{namespace="prod",pod=~"${word()}-.*",container="${word()}"} / 1024`,
  () => `sum by (pod, container) (rate(container_cpu_usage_seconds_total{namespace="${word()}",container!=""}[5m]))`,
  () =>
    `histogram_quantile(0.99, sum(rate(http_request_duration_seconds_bucket{job="${word()}",code=~"5.."}[5m])) by (le))`,
  () => `kube_pod_container_resource_limits{namespace="prod",pod="${podName()}",resource="memory"} > ${next(9)}e8`,
  () =>
    `kubelet_volume_stats_available_bytes{persistentvolumeclaim="data-${word()}-0"} ${next(9)}.${some(digit, 9)}e+09`,
  () => `@@ -${next(90)},7 +${next(90)},7 @@ spec:`,
  () => `-            memory: ${next(900)}Mi`,
  () => `+            memory: ${next(900)}Mi`,
  () => `   - name: ${word().toUpperCase()}_ADDR\n-    value: ${word()}.prod:3306\n+    value: ${word()}.prod:3307`,
  () => `   - name: ${word().toUpperCase()}_URL\n     value: http://${word()}.prod.svc.cluster.local:8080/api`,
  () => `   - name: WORKERS\n-    value: "${next(9)}"\n+    value: "${next(90)}"`,
  () => `        image: registry.cn-hangzhou.aliyuncs.com/acs/${word()}:v${next(9)}.${next(9)}.${next(9)}`,
  () => `    image: ghcr.io/external-secrets/external-secrets:v0.${next(20)}.${next(20)}`,
  () => `Pulling image "docker.io/bitnami/sealed-secrets-controller:${pick('latest', 'stable', 'v0.24.1-debian-12')}"`,
  () => `    image: registry.example.com/${word()}/token-service:${hash()}`,
  () =>
    `MountVolume.SetUp failed for volume "kube-api-access-${some(lower, 5)}" : failed to fetch token: serviceaccounts "${word()}" not found`,
  () => `could not get secret: timed out waiting for the condition (${word()})`,
  () => 'unable to refresh token: context deadline exceeded',
  () => `    matchLabels: {app: ${word()}, pod-template-hash: ${hash()}}`,
  () => '    valueFrom: {secretKeyRef: {name: mysql, key: password, optional: false}}',
  () => `    secret: {secretName: ${word()}-tls, defaultMode: 420}`,
  () => '    serviceAccountName: builder\n    automountServiceAccountToken: false',
  () => `  uid: ${id(8)}-${id(4)}-${id(4)}-${id(4)}-${id(12)}\n  resourceVersion: "${some(digit, 8)}"`,
  () => `  annotations: {checksum/config: ${id(64)}, deployment.kubernetes.io/revision: "${next(30)}"}`,
  () =>
    `I1124 10:00:0${next(9)}.${some(digit, 6)}       1 leaderelection.go:258] successfully acquired lease kube-system/kube-scheduler`,
  () =>
    `E1124 10:00:0${next(9)}.${some(digit, 6)}       1 reflector.go:147] Failed to watch *v1.Secret: secrets is forbidden: User "system:serviceaccount:prod:${word()}" cannot list resource "secrets"`,
  () =>
    `W1124 10:00:0${next(9)}.${some(digit, 6)}       1 authentication.go:339] No authentication-kubeconfig provided, so delegated authentication is off`,
  () => `time="2026-11-24T10:00:00Z" level=info msg="Start cni network conf syncer" container=${id(12)}`,
  () =>
    `ts=2026-11-24T10:00:00Z caller=main.go:${next(900)} level=warn component=rules group=${word()} msg="Evaluating rule failed" err="query timed out"`,
  () =>
    `{"level":"error","ts":${some(digit, 10)}.${some(digit, 6)},"logger":"controller","msg":"Reconciler error","name":"${word()}","error":"timeout"}`,
  () =>
    `10.244.0.${next(255)} - - [24/Nov/2026:10:00:00 +0000] "GET /api/v1/${word()}?page=${next(9)} HTTP/1.1" 200 ${next(9000)} "-" "kube-probe/1.34"`,
  () => `level=info msg="Cache primed for secret informer" keys=${next(90)} took=${next(900)}ms`,
  () =>
    `OOMKilled: task in /kubepods/burstable/pod${id(8)}-${id(4)}-${id(4)}-${id(4)}-${id(12)} killed, total-vm:${next(90000)}kB`,
  () => `java.net.ConnectException: Connection refused: ${word()}.prod.svc.cluster.local/10.96.0.${next(255)}:3306`,
  () => `panic: runtime error: index out of range [${next(9)}] with length 3, goroutine ${next(90)} [running]:`,
  () => `    at com.example.${word()}.TokenFilter.doFilter(TokenFilter.java:${next(300)})`,
  () => `Traceback: File "/app/auth/session.py", line ${next(300)}, in open_session`,
  () => 'FATAL: password authentication failed for user "shop" (SQLSTATE 28P01)',
  () => "Access denied for user 'shop'@'10.244.1.9' (using password: YES)",
  () => 'NOAUTH Authentication required; WRONGPASS invalid username-password pair or user is disabled.',
  () =>
    'x509: certificate has expired or is not yet valid: current time 2026-11-24T10:00:00Z is after 2026-11-01T00:00:00Z',
  () => `lookup ${word()}.prod.svc.cluster.local on 10.96.0.10:53: no such host`,
  () => `helm.sh/chart: ${word()}-${next(9)}.${next(9)}.${next(9)}, app.kubernetes.io/managed-by: Helm`,
  () => `node.kubernetes.io/instance-type=ecs.g7.xlarge,topology.kubernetes.io/zone=cn-hangzhou-${pick('g', 'h', 'i')}`,
  () => `persistentvolume/d-bp1${some(lower + digit, 17)}   40Gi   RWO   Delete   Bound   prod/data-${word()}-0`,
  () => `configmap/${word()} configured\nsecret/${word()} unchanged\nserviceaccount/${word()} created`,
  () =>
    `replicaset "${word()}-${hash()}" has timed out progressing; deployment "${word()}" exceeded its progress deadline`,
  () => `容器 ${word()} 内存超过限制 512Mi，已被终止，退出码 137，已重启 ${next(20)} 次`,
  () =>
    `[INFO] 10.244.0.5:${next(60000)} - ${next(60000)} "A IN ${word()}.prod.svc.cluster.local. udp 54 false 512" NOERROR qr,aa,rd 106 0.000${next(900)}s`,
];

/** What leaves the tools as data, with a secret in it. */
export const carriers: Record<string, (text: string) => JsonObject> = {
  'a log': (text) => ({ text: `starting\n${text}\nexit 1`, truncated: false }),
  'an event': (text) => ({ items: [{ kind: 'Event', reason: 'Failed', message: text, count: 3 }] }),
  'an annotation': (text) => ({ metadata: { name: 'web', annotations: { 'example.com/note': text } } }),
  'a label of a metric': (text) => ({ series: [{ metric: { pod: 'web-0', error: text }, points: [[1, 2]] }] }),
  'a ConfigMap': (text) => ({ kind: 'ConfigMap', data: { 'app.conf': `# settings\n${text}\n` } }),
  'a variable': (text) => ({ spec: { containers: [{ name: 'web', env: [{ name: 'SETTING', value: text }] }] } }),
  'an argument': (text) => ({ spec: { containers: [{ name: 'web', command: ['sh', '-c', text] }] } }),
  'a waiting message': (text) => ({ state: { waiting: { reason: 'CreateContainerError', message: text } } }),
  'a termination message': (text) => ({ lastState: { terminated: { exitCode: 1, message: text } } }),
  'a difference': (text) => ({ diff: `--- before\n+++ after\n@@ -1,2 +1,2 @@\n data:\n+  note: |\n+    ${text}\n` }),
  'a patch': (text) => ({ undo: { patch: [{ op: 'replace', path: '/data/note', value: text }] } }),
  'what was before': (text) => ({ before: { data: { note: text } }, after: { data: { note: 'none' } } }),
};
