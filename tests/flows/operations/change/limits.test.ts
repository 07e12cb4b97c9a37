import { describe, expect, test } from 'vitest';
import { limitsIn } from '../../../../flows/operations/change/autoscaling.ts';
import { isNewer, minorOf, versionIn } from '../../../../flows/operations/change/versions.ts';

describe('limits of an autoscaler', () => {
  test.each([
    ['let checkout scale between 3 and 10', { min: 3, max: 10 }],
    ['checkout from 2 to 6 at 70%', { min: 2, max: 6, percent: 70 }],
    ['set the hpa of checkout to max 20', { max: 20 }],
    ['minimum 2 and maximum 8', { min: 2, max: 8 }],
    ['at least 3 replicas', { min: 3 }],
    ['at most 12', { max: 12 }],
    ['3-10', { min: 3, max: 10 }],
    ['target cpu 65 percent', { percent: 65 }],
    ['checkout 自动伸缩 2 到 10 个', { min: 2, max: 10 }],
    ['最少 2 个，最多 8 个', { min: 2, max: 8 }],
    ['上限改成 20', { max: 20 }],
    ['下限 3', { min: 3 }],
    ['目标 CPU 70%', { percent: 70 }],
    ['把 web-2 的 hpa 改成 3 到 10', { min: 3, max: 10 }],
  ])('"%s" is understood', (text, wanted) => {
    expect(limitsIn(text, ['checkout'])).toEqual(wanted);
  });

  test.each(['change the autoscaler of web-2', '修改 checkout 的弹性伸缩'])('"%s" names none', (text) => {
    expect(limitsIn(text)).toEqual({});
  });
});

describe('versions', () => {
  test.each([
    ['upgrade to 1.36', '1.36'],
    ['upgrade the cluster to v1.36.1-aliyun.1', '1.36.1-aliyun.1'],
    ['把集群升级到 1.36。', '1.36'],
    ['upgrade the cluster', undefined],
    ['node cn-hangzhou.172.16.1.36', undefined],
  ])('in "%s" is %s', (text, version) => {
    expect(versionIn(text)).toBe(version);
  });

  test('are compared number by number, the cloud’s own counter last', () => {
    expect(isNewer('1.9.1-aliyun.1', '1.10.1-aliyun.1')).toBe(true);
    expect(isNewer('v1.35.2-aliyun.1', '1.36.1-aliyun.1')).toBe(true);
    expect(isNewer('1.36.1-aliyun.1', 'v1.36.1-aliyun.2')).toBe(true);
    expect(isNewer('1.36.1-aliyun.1', '1.36.1-aliyun.1')).toBe(false);
    expect(isNewer('1.36.1-aliyun.1', '1.36')).toBe(false);
  });

  test('tell their minor', () => {
    expect([minorOf('v1.36.1-aliyun.1'), minorOf('1.9'), minorOf('x')]).toEqual([36, 9, undefined]);
  });
});
