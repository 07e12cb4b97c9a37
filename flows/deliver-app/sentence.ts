import { nameOf, parseImage } from './image.ts';
import { scheduleIn } from './schedule.ts';
import { fittingPart, type Wish } from './wish.ts';

/** What a sentence says of an application that is to run. Case counts in tags and variables, so it is read as it was typed. */

export interface Said {
  wish: Wish;
  /** Words behind "to" or "in", of which one may be a namespace or a cluster. */
  places: string[];
  /** What was said and does not fit its form, by field. */
  wrong: string[];
}

const IS = '\\s*(?:[:=]|是|为|设为|\\bis\\b|\\bof\\b)?\\s*';
const one = (text: string, ...patterns: RegExp[]): string | undefined => {
  for (const pattern of patterns) {
    const found = pattern
      .exec(text)
      ?.slice(1)
      .find((group) => group !== undefined);
    if (found !== undefined) return found;
  }
  return undefined;
};
const re = (source: string) => new RegExp(source, 'i');
const OBJECT = '([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)';
/** Words in front of a colon that are no image. */
const NO_IMAGE =
  /^(?:port|ports|replicas?|cpu|memory|mem|namespace|ns|name|domain|host|image|env|config|secrets?|tls|probe|health|schedule|storage|https?|localhost|端口|副本|内存)$/i;

export function readSentence(raw: string): Said {
  const text = raw
    .normalize('NFKC')
    .replaceAll(/[，。；、]/g, ' , ')
    .replace(/[“”]/g, '"')
    .slice(0, 4000);
  const image = imageIn(text);
  const bare = image === undefined ? text : text.replace(image, ' , ');
  const { config, secretKeys, rest } = variablesIn(bare);
  const schedule = scheduleIn(rest);
  const quiet = rest.replace(/"[^"]*"|`[^`]*`/g, ' , ');
  const range = rangeIn(quiet);
  const said: Record<string, unknown> = {
    image,
    ...workloadIn(quiet),
    ...sizesIn(quiet),
    ...doorsIn(quiet),
    ...range,
    ...(Object.keys(config).length > 0 && { config }),
    ...(secretKeys.length > 0 && { secretKeys }),
    ...secretsIn(quiet),
    ...(schedule !== undefined && { schedule }),
    ...(/\bas root\b|\brun(?:s|ning)? as root\b|允许 ?root|以 ?root|用 ?root/i.test(quiet) && { asRoot: true }),
  };
  const blueprint = blueprintIn(quiet, said);
  const all = Object.fromEntries(Object.entries({ ...said, blueprint }).filter(([, value]) => value !== undefined));
  const wish = fittingPart(all);
  return { wish, places: placesIn(quiet), wrong: Object.keys(all).filter((field) => !(field in wish)) };
}

/** What an application is called that is only named by its image. */
export function nameFrom(image: string | undefined): string | undefined {
  const parsed = image === undefined ? undefined : parseImage(image);
  return parsed && nameOf(parsed);
}

/** The word that is an image: one behind "image", else one with a tag or a digest, else one with a registry's host. */
function imageIn(text: string): string | undefined {
  const named = one(text, re(`(?:\\bimage\\b|镜像)${IS}([a-z0-9][\\w./:@-]*)`));
  if (named !== undefined && parseImage(named)) return named;
  const words =
    text.match(
      /(?<![\w./@:-])[a-z0-9][\w.-]*(?::\d{1,5}(?=\/))?(?:\/[\w.-]+)*(?::\w[\w.-]*)?(?:@sha256:[a-f0-9]{64})?/g,
    ) ?? [];
  const images = words.map((word) => word.replace(/[.-]+$/, '')).filter((word) => isImageLike(word));
  return images.find((word) => /[:@]/.test(word.split('/').at(-1) ?? '')) ?? images[0];
}

function isImageLike(word: string): boolean {
  const parsed = parseImage(word);
  if (!parsed) return false;
  const { repository, tag, digest } = parsed;
  const parts = repository.split('/');
  if (NO_IMAGE.test(parts[0] ?? '') || /^\d+$/.test(repository)) return false;
  if (parts.length === 1 && repository.includes('.')) return false;
  return (
    digest !== undefined ||
    (tag !== undefined ? !/^\d+$/.test(repository) : /[.:]/.test(parts[0] ?? '') && parts.length > 1)
  );
}

function workloadIn(text: string): Record<string, unknown> {
  return {
    name: one(
      text,
      re(
        `(?:\\bas|\\bnamed|\\bcalled|\\bcall it|\\bname(?!space)|名字|名称|取名|命名为|应用名|叫做?)${IS}(?!(?:a|an|the|root|worker|stateful|cron|background)\\b)([a-z][a-z0-9-]*[a-z0-9]|[a-z])(?![\\w./])`,
      ),
    ),
    namespace: one(
      text,
      re(`(?:\\bnamespace|\\bns|命名空间|名字空间)${IS}${OBJECT}`),
      re(`(?<![\\w.-])${OBJECT}\\s*(?:命名空间|名字空间|\\bnamespace\\b)`),
    ),
    replicas: number(
      one(
        text,
        /(?<![\w.:-])(\d{1,4})\s*(?:replicas?|copies|instances?|pods?\b|个?副本|个?实例|份)/i,
        re(`(?:\\breplicas?|\\binstances?|副本数?|实例数?)${IS}(\\d{1,4})(?![\\w.])`),
        /(?<![\w])(one|two|three|four|five|six|一|两|二|三|四|五|六)\s*(?:replicas?|copies|instances?|个?副本|个?实例|份)/i,
      ),
    ),
  };
}

const WORDS: Record<string, number> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  一: 1,
  两: 2,
  二: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
};
const number = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : (WORDS[text.toLowerCase()] ?? Number(text));

function sizesIn(text: string): Record<string, unknown> {
  const cpu = one(
    text,
    re(`(?:\\bcpus?|\\bvcpus?|处理器)(?!\\s*(?:target|目标|利用率))${IS}(\\d+(?:\\.\\d+)?m?)(?!\\s*[\\d%])`),
    /(?<![\w.:-])(\d+(?:\.\d+)?m?)\s*(?:cpus?\b|vcpus?\b|cores?\b|核)/i,
  );
  const memory = one(
    text,
    re(`(?:\\bmemory|\\bmem|\\bram|内存)${IS}(\\d+(?:\\.\\d+)?\\s*[KMGT]i?B?)(?![a-z])`),
    /(?<![\w.:-])(\d+(?:\.\d+)?\s*[KMGT]i?B?)\s*(?:of\s+)?(?:memory\b|mem\b|ram\b|内存)/i,
  );
  const storage = one(
    text,
    re(`(?:\\bstorage|\\bdisk|\\bvolume|磁盘|云盘|存储)${IS}(\\d+(?:\\.\\d+)?\\s*[MGT]i?B?)(?![a-z])`),
    /(?<![\w.:-])(\d+(?:\.\d+)?\s*[MGT]i?B?)\s*(?:of\s+)?(?:storage\b|disk\b|volume\b|的?磁盘|的?云盘|的?存储)/i,
  );
  return {
    cpu,
    memory: memory === undefined ? undefined : bytes(memory),
    storage: storage === undefined ? undefined : bytes(storage),
    storageClass: one(text, re(`(?:\\bstorage ?class|存储类)${IS}${OBJECT}`)),
    mountPath: one(text, re(`(?:\\bmount(?:ed)?(?: path)?(?: at)?|挂载(?:到|在)?)${IS}(\\/[\\w./-]+)`)),
  };
}

/** `512MB`, `1 G`: people mean the binary units. */
function bytes(text: string): string {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMGT])/i.exec(text) ?? [];
  return `${amount}${unit.toUpperCase()}i`;
}

function doorsIn(text: string): Record<string, unknown> {
  return {
    port: number(
      one(text, re(`(?:\\bports?|端口号?|监听)${IS}(\\d{1,6})(?![\\w.])`), /(?<![\w.:-])(\d{2,5})\s*(?:端口)/),
    ),
    domain: one(
      text,
      re(
        `(?:\\bdomain|\\bhost(?:name)?|\\burl|域名|网址)${IS}(?:https?:\\/\\/)?((?:\\*\\.)?(?:[a-z0-9-]+\\.)+[a-z]{2,})(?![\\w-])`,
      ),
      /\bat\s+(?:https?:\/\/)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?![\w-])/i,
    )?.toLowerCase(),
    tlsSecret: one(text, re(`(?:\\btls(?: secret)?|\\bcert(?:ificate)?(?: secret)?|证书)${IS}${OBJECT}`)),
    ingressClass: one(text, re(`(?:\\bingress ?class|入口类)${IS}${OBJECT}`)),
    probePath: one(
      text,
      re(
        `(?:\\bprobes?|\\bhealth(?:[ -]?checks?)?|\\breadiness|\\bliveness|探针|健康检查|就绪检查|存活检查)(?:\\s*(?:path|路径|地址))?(?:\\s+(?:on|at))?${IS}(\\/[\\w./-]*)`,
      ),
    ),
  };
}

function rangeIn(text: string): Record<string, unknown> {
  const found =
    /(?:auto-?scal\w*|\bhpa\b|自动伸缩|自动扩缩容?|自动扩容|弹性伸缩|弹性|伸缩)\D{0,24}?(\d{1,4})\s*(?:-|~|to|and|到|至|与)\s*(\d{1,4})/i.exec(
      text,
    );
  if (!found) return {};
  const target = one(text.slice(found.index), /(?:at|target|目标|cpu)\D{0,12}?(\d{1,3})\s*%/i);
  return {
    minReplicas: Number(found[1]),
    maxReplicas: Number(found[2]),
    ...(target !== undefined && { cpuTarget: Number(target) }),
  };
}

/** `LOG_LEVEL=info`, and `DB_PASSWORD=secret:NAME/KEY`, which only refers. */
function variablesIn(text: string) {
  const config: Record<string, string> = {};
  const secretKeys: { env: string; secret: string; key: string }[] = [];
  const form = /(?<![\w/.-])([A-Z_][A-Z0-9_]*)=(?:"([^"]*)"|'([^']*)'|([^\s,]*))/g;
  for (const [, env = '', double, single, plain = ''] of text.matchAll(form)) {
    const value = double ?? single ?? plain;
    const [, secret, key] = /^secret:([a-z0-9.-]+)\/([\w.-]+)$/.exec(value) ?? [];
    if (secret !== undefined && key !== undefined) secretKeys.push({ env, secret, key });
    else config[env] = value;
  }
  return { config, secretKeys, rest: text.replace(form, ' , ') };
}

function secretsIn(text: string): Record<string, unknown> {
  const pullSecret = one(text, re(`(?:\\b(?:image ?)?pull ?secret|拉取(?:镜像的?)?(?:密钥|凭证))${IS}${OBJECT}`));
  const rest = text.replace(
    /(?:image ?)?pull ?secret\S*|\btls secret|\bcert(?:ificate)? secret|拉取(?:镜像的?)?(?:密钥|凭证)/gi,
    ' , ',
  );
  const list =
    /(?:\bsecrets?\b|密钥|保密字典)\s*(?:[:=]|from|是|为|用|引用)?\s*([a-z0-9][a-z0-9.-]*(?:\s*(?:,|and|和)\s*[a-z0-9][a-z0-9.-]*-[a-z0-9.-]*)*)/i.exec(
      rest,
    )?.[1];
  const secrets = list?.split(/\s*(?:,|and|和)\s*/).filter(Boolean);
  return { pullSecret, ...(secrets && secrets.length > 0 && { secrets }) };
}

function blueprintIn(text: string, said: Record<string, unknown>): string | undefined {
  const named = one(text, re(`(?:\\bblueprint|\\btemplate|蓝图|模板)${IS}([a-z][a-z0-9-]*)`));
  if (named !== undefined) return named;
  if (said.schedule !== undefined || /\bcron ?jobs?\b|\bscheduled job\b|定时任务|定时作业/i.test(text))
    return 'cron-job';
  if (said.storage !== undefined || /\bstateful(?:set)?\b|有状态/i.test(text)) return 'stateful-service';
  if (/\bworkers?\b|\bbackground\b|\bconsumer\b|后台任务|后台服务|消费者|工作进程/i.test(text)) return 'worker';
  return undefined;
}

function placesIn(text: string): string[] {
  const found = text.matchAll(
    /(?:\b(?:to|in|into|on|onto)\s+(?:the\s+)?(?:namespace\s+|cluster\s+)?|(?:发布到|部署到|上线到|发到|放到|到|在)\s*)([a-z0-9][a-z0-9.-]*)/gi,
  );
  return [...found].map(([, word = '']) => word.toLowerCase());
}
