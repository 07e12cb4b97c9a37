import { describe, expect, test } from 'vitest';
import { clustersIn, daysIn } from '../../../flows/health-report/wish.ts';

const clusters = [
  { id: 'c1', name: 'shop', environment: 'dev' },
  { id: 'c2', name: 'shop-prod', environment: 'prod' },
  { id: 'c3', name: 'pay', environment: 'prod' },
];
const namesIn = (text: string) => clustersIn(text, clusters).map(({ name }) => name);

describe('what a report is asked to be about', () => {
  test.each([
    ['health report', 7],
    ['health report for prod last 30 days', 30],
    ['report of the last 2 weeks', 14],
    ['last 24 hours please', 1],
    ['最近7天的健康报告', 7],
    ['上周的集群健康报告', 7],
    ['最近两天', 7],
    ['过去 3 天', 3],
    ['report of 90 days', 30],
    ['report of 0 days', 1],
    ['this month', 30],
  ])('"%s" looks back %i days', (text, days) => {
    expect(daysIn(text)).toBe(days);
  });

  test.each([
    ['report of shop-prod', ['shop-prod']],
    ['report of shop', ['shop']],
    ['report of c3', ['pay']],
    ['health of production', ['shop-prod', 'pay']],
    ['生产集群健康报告', ['shop-prod', 'pay']],
    ['dev please', ['shop']],
    ['health report', ['shop', 'shop-prod', 'pay']],
    ['report of the staging cluster', ['shop', 'shop-prod', 'pay']],
    ['report of a.*', ['shop', 'shop-prod', 'pay']],
  ])('"%s" may mean %j', (text, names) => {
    expect(namesIn(text)).toEqual(names);
  });
});
