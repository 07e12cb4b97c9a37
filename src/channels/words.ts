import type { NamedCluster } from './scope.ts';
import { type ChannelChange, type ChannelValues, DAYS, SEVERITIES, type Severity, zoneNamed } from './settings.ts';

/** What people type about a channel, in English and Chinese, to changes of its settings. */

/** A change, or the key of the text that says how to put it, with the word that was not understood. */
export type Read = { change: ChannelChange } | { unclear: string; word?: string };

const SEVERITY_WORDS: Record<Severity, RegExp> = {
  critical: /^(?:critical|severe|严重|紧急|致命)$/,
  warning: /^(?:warnings?|警告|预警)$/,
  info: /^(?:info|notices?|提示|通知|信息)$/,
};
const ENVIRONMENT_WORDS: Record<string, RegExp> = {
  prod: /^(?:prod|production|生产|生产环境)$/,
  staging: /^(?:staging|预发|预发环境)$/,
  dev: /^(?:dev|development|开发|开发环境)$/,
};
const IDLE =
  /^(?:this|the|here|channel|group|room|to|for|of|on|in|and|or|with|only|about|us|me|please|cluster|clusters|alerts?|incidents?|environment|from|up|above|本|这个|群|频道|本群|本频道|的|和|与|到|集群|告警|故障|请|只|以上)$/;
const ALL = /^(?:everything|all|any|全部|所有|一切)$/;
const NAMESPACE = /(?:namespaces?|ns|命名空间)[ :]*([a-z\d*][a-z\d.*-]*)/g;

/** `prod critical`, `shop-prod namespace checkout`, `everything`. A lesser severity takes the greater ones along. */
export function readSubscription(text: string, known: readonly NamedCluster[]): Read {
  const namespaces = [...text.matchAll(NAMESPACE)].map(([, name = '']) => name);
  const words = spaced(text.replace(NAMESPACE, ' ')).filter((word) => !IDLE.test(word));
  const change: ChannelChange = { incidents: true, ...(namespaces.length > 0 && { namespaces }) };
  const clusters: string[] = [];
  for (const word of words) {
    const severity = SEVERITIES.find((name) => SEVERITY_WORDS[name].test(word));
    const cluster = severity === undefined && !ALL.test(word) ? clusterNamed(word, known) : undefined;
    if (severity) change.severities = SEVERITIES.slice(0, SEVERITIES.indexOf(severity) + 1);
    else if (ALL.test(word)) Object.assign(change, { clusters: [], namespaces: [], severities: [...SEVERITIES] });
    else if (cluster) clusters.push(cluster);
    else return { unclear: 'channels.unclear.cluster', word };
  }
  return { change: { ...change, ...(clusters.length > 0 && { clusters }) } };
}

/** Han words stand side by side without spaces. */
function spaced(text: string): string[] {
  const listed = [...Object.values(SEVERITY_WORDS), ...Object.values(ENVIRONMENT_WORDS), IDLE, ALL]
    .flatMap(({ source }) => source.match(/\p{Script=Han}+/gu) ?? [])
    .sort((a, b) => b.length - a.length);
  return text
    .replaceAll(new RegExp(listed.join('|'), 'gu'), ' $& ')
    .split(/[\s,、，]+/)
    .filter(Boolean);
}

/** Without a list of clusters every name is taken as it is. */
function clusterNamed(word: string, known: readonly NamedCluster[]): string | undefined {
  const environment = Object.keys(ENVIRONMENT_WORDS).find((name) => ENVIRONMENT_WORDS[name]?.test(word));
  const same = known.find(({ id, name }) => [id, name].some((one) => one?.toLowerCase() === word.toLowerCase()));
  if (same) return same.name;
  if (environment) return environment;
  return known.length === 0 || word.includes('*') ? word : undefined;
}

const TIME =
  /(?<![\d:])(\d{1,2})(?:[:：点时](\d{2})?|(?=\s*(?:am|pm|[-–~,]|to|到|至|until|$|\s)))(?:分)?\s*(am|pm)?(?!\d)/gi;
const OFF = /\b(?:off|none|disable|stop|turn off|remove)\b|关闭|取消|停止|不要|关掉/;

/** An empty field of the form, or a word for it. */
const isOff = (text: string): boolean => text.trim() === '' || OFF.test(text);

/** Times of day as `09:00`, `9am`, `9点`; those that no clock shows are left out. */
function timesIn(text: string): string[] {
  return [...text.matchAll(TIME)].flatMap(([, hours = '', minutes = '00', half = '']) => {
    const hour = (Number(hours) % (half ? 12 : 24)) + (half.toLowerCase() === 'pm' ? 12 : 0);
    const fits = Number(hours) <= (half ? 12 : 24) && Number(minutes) < 60;
    return fits ? [`${String(hour).padStart(2, '0')}:${minutes}`] : [];
  });
}

function zoneIn(text: string): string | undefined {
  const names = text.match(/[A-Za-z]+(?:\/[A-Za-z_+-]+)+|\bUTC\b/gi) ?? [];
  return names.map(zoneNamed).find((zone) => zone !== undefined);
}

/** `22:00-08:00`, `22:00 to 08:00 Asia/Shanghai`, `off`. */
export function readQuietHours(text: string): Read {
  const [from, to] = timesIn(text);
  if (isOff(text)) return { change: { quietHours: null } };
  if (from === undefined || to === undefined || from === to) return { unclear: 'channels.unclear.quiet' };
  const timeZone = zoneIn(text);
  return { change: { quietHours: { from, to, ...(timeZone && { timeZone }) } } };
}

const WEEKDAYS =
  /\bweek ?days?\b|\bworking days?\b|\bmon(?:day)? ?(?:-|to|–) ?fri(?:day)?\b|工作日|周一到周五|周一至周五/i;

const HAN_DAYS = ['一', '二', '三', '四', '五', '六', '[日天]'];

/** `09:00`, `weekdays at 9:30 Europe/Berlin`, `off`. */
export function readDigest(text: string): Read {
  const [at] = timesIn(text);
  if (isOff(text)) return { change: { digest: null } };
  if (at === undefined) return { unclear: 'channels.unclear.digest' };
  const timeZone = zoneIn(text);
  const days = daysIn(text);
  return { change: { digest: { at, ...(days.length > 0 && { days }), ...(timeZone && { timeZone }) } } };
}

function daysIn(text: string): (typeof DAYS)[number][] {
  if (WEEKDAYS.test(text)) return DAYS.slice(0, 5);
  return DAYS.filter((day, at) => new RegExp(`\\b${day}|(?:周|星期|礼拜)${HAN_DAYS[at]}`, 'i').test(text));
}

type Inputs = Record<string, string | string[] | boolean>;

/** What the form of a channel was sent with; a field that is not there stays as it is. */
export function readForm(inputs: Inputs, before: ChannelValues): Read {
  const text = (name: string) => [inputs[name]].flat()[0];
  const quiet = given(text('quiet'), readQuietHours);
  const digest = given(text('digest'), readDigest);
  for (const part of [quiet, digest]) if ('unclear' in part) return part;
  const change: ChannelChange = { ...changeOf(quiet), ...changeOf(digest) };
  const { incidents, severities, language } = inputs;
  if (incidents !== undefined) change.incidents = incidents === true || incidents === 'true' || incidents === 'on';
  if (inputs.clusters !== undefined) change.clusters = listIn(text('clusters'));
  if (inputs.namespaces !== undefined) change.namespaces = listIn(text('namespaces'));
  const chosen = SEVERITIES.filter((name) => [severities].flat().includes(name));
  if (severities !== undefined && chosen.length === 0) return { unclear: 'channels.unclear.severities' };
  if (chosen.length > 0) change.severities = chosen;
  if (language !== undefined) change.language = languageIn(text('language'));
  return inputs.zone === undefined ? { change } : zoned(change, String(text('zone')), before);
}

const changeOf = (read: Read): ChannelChange => ('change' in read ? read.change : {});

function given(value: string | boolean | undefined, read: (text: string) => Read): Read {
  return typeof value === 'string' ? read(value) : { change: {} };
}

function listIn(value: string | boolean | undefined): string[] {
  return typeof value === 'string' ? value.split(/[\s,;，、；]+/).filter(Boolean) : [];
}

function languageIn(value: string | boolean | undefined): 'en' | 'zh' | null {
  return value === 'en' || value === 'zh' ? value : null;
}

/** The form has one zone for quiet hours and digest. */
function zoned(change: ChannelChange, name: string, before: ChannelValues): Read {
  const timeZone = name.trim() === '' ? undefined : zoneNamed(name.trim());
  if (timeZone === undefined && name.trim() !== '') return { unclear: 'channels.unclear.zone', word: name.trim() };
  const put = <T extends { timeZone?: string }>({ timeZone: own, ...rest }: T) => {
    const zone = timeZone ?? own;
    return { ...rest, ...(zone !== undefined && { timeZone: zone }) };
  };
  const quiet = change.quietHours === undefined ? before.quietHours : change.quietHours;
  const digest = change.digest === undefined ? before.digest : change.digest;
  return { change: { ...change, ...(quiet && { quietHours: put(quiet) }), ...(digest && { digest: put(digest) }) } };
}
