import { expect, test } from 'vitest';
import { canaryAction } from '../../../flows/deliver-app/canary.ts';
import { copiesFor } from '../../../flows/deliver-app/canary-plan.ts';
import { readTarget, tagLike } from '../../../flows/deliver-app/update.ts';

test.each([
  ['canary checkout v1.5 25%', 'start'],
  ['checkout 灰度 1.5.0', 'start'],
  ['promote the canary of checkout', 'promote'],
  ['把 checkout 的灰度全量发布', 'promote'],
  ['abort the canary of checkout', 'abort'],
  ['取消 checkout 的灰度', 'abort'],
  ['how is the canary of checkout doing', 'look'],
  ['checkout 灰度怎么样', 'look'],
])('"%s" wants to %s', (text, action) => {
  expect(canaryAction(text)).toBe(action);
});

test.each([
  [3, 25, { count: 1, all: 4, percent: 25 }],
  [2, 25, { count: 1, all: 3, percent: 33 }],
  [12, 25, { count: 4, all: 16, percent: 25 }],
  [1, 10, { count: 1, all: 2, percent: 50 }],
])('of %i copies, %i %% are whole copies', (replicas, percent, copies) => {
  expect(copiesFor(replicas, percent)).toEqual(copies);
});

test.each([
  ['set web to v1.5', { tag: 'v1.5' }],
  ['web 升级到 1.5.0', { tag: '1.5.0' }],
  ['set web to shop/web:V2', { image: 'shop/web:V2' }],
  ['set the tag of web: nightly', undefined],
  ['web 1.5.0-rc.1', { tag: '1.5.0-rc.1' }],
])('"%s" names what it is to be', (text, target) => {
  expect(readTarget(text)).toEqual(target);
});

test.each([
  ['v1.5.0', '1.4.2', '1.5.0'],
  ['1.5.0', 'v1.4.2', 'v1.5.0'],
  ['1.5.0', undefined, '1.5.0'],
  ['nightly', '1.4.2', 'nightly'],
])('%s beside %s is the tag %s', (said, present, tag) => {
  expect(tagLike(said, present)).toBe(tag);
});
