import { createHash } from 'node:crypto';
import type { Translate } from '../chat/messages.ts';
import { type Block, type Button, type Card, type ConversationRef, placeKey } from '../chat/types.ts';
import { type ChannelSettings, type ChannelValues, SEVERITIES, UNSET, valuesOf, zoneNamed } from './settings.ts';

/** A channel's settings as people see them: what holds, what has changed, and the form to change it. */

export interface SettingsLook {
  t: Translate;
  /** The zone of whoever has said none. */
  timeZone: string;
}

/** Twelve hexadecimal digits that stand for a place. */
export function placeHash(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 12);
}

/** The settings, the form for those who may change them, and what can be typed. */
export function settingsBlocks(
  place: ConversationRef,
  settings: ChannelSettings | undefined,
  { mayChange, ...look }: SettingsLook & { mayChange: boolean },
): Block[] {
  const { t } = look;
  const values = valuesOf(settings);
  const facts: Block = { type: 'fields', items: factsOf(values, look) };
  if (!mayChange) return [facts, { type: 'text', markdown: t('channels.only-operators') }];
  return [facts, formOf(place, settings, look), { type: 'text', markdown: t('channels.typed') }];
}

/** Tells of a change, with the way back and the form for the next one. */
export function changedCard(before: ChannelSettings | undefined, after: ChannelSettings, look: SettingsLook): Card {
  const { t } = look;
  const rows = differences(before, after, look).map(({ label, from, to }) => [label, from, to]);
  const form = formOf(after.conversation, after, look);
  return {
    id: `channel-${placeHash(after.id)}-${after.rev}`,
    rev: 1,
    title: t('channels.changed'),
    tone: 'success',
    blocks: [
      {
        type: 'table',
        caption: t('channels.changed-by', { who: personName(after.updatedBy) }),
        head: [t('channels.column-what'), t('channels.column-before'), t('channels.column-now')],
        rows,
      },
      { type: 'buttons', items: [undoButton(after, t)] },
      { type: 'details', summary: t('channels.change-more'), blocks: [form] },
    ],
  };
}

/** The same in one line. */
export function changedLine(before: ChannelSettings | undefined, after: ChannelSettings, look: SettingsLook): string {
  const { t } = look;
  const lines = differences(before, after, look).map((one) => t('channels.difference', { ...one }));
  return lines.reduce((others, last) => t('channels.and', { others, last }));
}

export function undoButton({ conversation, rev }: ChannelSettings, t: Translate): Button {
  return { id: actionId('undo', conversation, rev), label: t('channels.undo') };
}

/** `channel:save:3:group:slack:T024BE7LD:C0123456`: what to do, to which revision of which place. */
export function actionId(word: 'save' | 'undo', place: ConversationRef, rev: number): string {
  return `channel:${word}:${rev}:${place.kind}:${placeKey(place)}`;
}

/** What such an id says; undefined for any other. */
export function readActionId(id: string): { word: string; rev: number; place: ConversationRef } | undefined {
  const [, word, rev, kind, platform, tenant, place] =
    /^channel:(save|undo):(\d+):(dm|group):(web|slack|dingtalk):([^:]*):(.+)$/.exec(id) ?? [];
  if (word === undefined || tenant === undefined || place === undefined) return undefined;
  const ref = { platform, tenant, id: place, kind } as ConversationRef;
  return { word, rev: Number(rev), place: ref };
}

function differences(before: ChannelSettings | undefined, after: ChannelSettings, look: SettingsLook) {
  const was = factsOf(before ? valuesOf(before) : UNSET, look);
  return factsOf(valuesOf(after), look).flatMap(({ label, value }, at) =>
    was[at]?.value === value ? [] : [{ label, from: was[at]?.value ?? '', to: value }],
  );
}

function factsOf(values: ChannelValues, look: SettingsLook): { label: string; value: string }[] {
  const { t } = look;
  const { incidents, clusters, namespaces, severities, language } = values;
  const all = t('channels.all');
  return [
    { label: t('channels.incidents'), value: t(incidents ? 'channels.on' : 'channels.off') },
    { label: t('channels.clusters'), value: clusters.join(', ') || all },
    { label: t('channels.namespaces'), value: namespaces.join(', ') || all },
    {
      label: t('channels.severities'),
      value: listed(
        severities.map((name) => t(`channels.severity-${name}`)),
        t,
      ),
    },
    { label: t('channels.quiet'), value: quietText(values, look) },
    { label: t('channels.digest'), value: digestText(values, look) },
    { label: t('channels.language'), value: t(`channels.language-${language ?? 'none'}`) },
  ];
}

function quietText({ quietHours }: ChannelValues, { t, timeZone }: SettingsLook): string {
  if (!quietHours) return t('channels.none');
  const { from, to } = quietHours;
  return t('channels.quiet-hours', { from, to, zone: quietHours.timeZone ?? timeZone });
}

function digestText({ digest }: ChannelValues, { t, timeZone }: SettingsLook): string {
  if (!digest) return t('channels.none');
  const days = digest.days
    ? listed(
        digest.days.map((day) => t(`channels.day-${day}`)),
        t,
      )
    : t('channels.every-day');
  return t('channels.digest-at', { at: digest.at, days, zone: digest.timeZone ?? timeZone });
}

function formOf(place: ConversationRef, settings: ChannelSettings | undefined, look: SettingsLook): Block {
  const { t } = look;
  const values = valuesOf(settings);
  const { clusters, namespaces, severities, quietHours, digest, language = 'none' } = values;
  const zone = quietHours?.timeZone ?? digest?.timeZone ?? zoneNamed(look.timeZone) ?? '';
  const option = (prefix: string) => (id: string) => ({ id, label: t(`channels.${prefix}-${id}`) });
  const list = (id: string, names: string[]) => ({
    id,
    label: t(`channels.${id}`),
    kind: 'text' as const,
    initial: names.join(', '),
    placeholder: t('channels.all'),
  });
  return {
    type: 'inputs',
    items: [
      { id: 'incidents', label: t('channels.incidents'), kind: 'toggle', initial: values.incidents },
      list('clusters', clusters),
      list('namespaces', namespaces),
      {
        id: 'severities',
        label: t('channels.severities'),
        kind: 'select',
        multi: true,
        options: SEVERITIES.map(option('severity')),
        initial: severities,
        required: true,
      },
      {
        id: 'quiet',
        label: t('channels.quiet'),
        kind: 'text',
        initial: quietHours ? `${quietHours.from}-${quietHours.to}` : '',
        placeholder: '22:00-08:00',
      },
      { id: 'digest', label: t('channels.digest'), kind: 'text', initial: digestWords(digest), placeholder: '09:00' },
      { id: 'zone', label: t('channels.zone'), kind: 'text', initial: zone, placeholder: 'Asia/Shanghai' },
      {
        id: 'language',
        label: t('channels.language'),
        kind: 'select',
        options: ['none', 'en', 'zh'].map(option('language')),
        initial: [language],
      },
    ],
    submit: { id: actionId('save', place, settings?.rev ?? 0), label: t('channels.save'), style: 'primary' },
  };
}

function listed(words: readonly string[], t: Translate): string {
  return words.reduce((others, last) => t('channels.comma', { others, last }));
}

/** As it can be typed again. */
function digestWords(digest: ChannelValues['digest']): string {
  if (!digest) return '';
  return [digest.at, ...(digest.days ?? [])].join(' ');
}

/** The part of `platform:tenant:id` that people call each other by. */
function personName(key: string): string {
  return key.split(':').slice(2).join(':') || key;
}
