import { describe, expect, test } from 'vitest';
import { placesOf } from '../../../../flows/health-report/signals/place.ts';
import { addNamespace, emptySurvey, lose } from '../../../support/survey-builder.ts';

describe('how much a namespace matters', () => {
  test.each<[string, Record<string, string>, string]>([
    ['shop', {}, 'staging'],
    ['shop-prod', {}, 'prod'],
    ['prod', { 'k8s-copilot.io/importance': 'dev' }, 'dev'],
    ['shop', { 'k8s-copilot.io/importance': 'system' }, 'system'],
    ['shop', { 'k8s-copilot.io/importance': 'very' }, 'staging'],
    ['shop', { environment: 'Production' }, 'prod'],
    ['shop-prod', { env: 'test' }, 'dev'],
    ['team.uat', {}, 'staging'],
    ['kube-system', {}, 'system'],
    ['kube-system', { 'k8s-copilot.io/importance': 'prod' }, 'prod'],
    ['kruise-system', { environment: 'dev' }, 'system'],
    ['product', {}, 'staging'],
    ['constructor', { env: '__proto__' }, 'staging'],
  ])('%s with %o in a staging cluster is %s', (name, labels, importance) => {
    const survey = emptySurvey();
    addNamespace(survey, name, labels);
    expect(placesOf(survey, 'staging').of(name).importance).toBe(importance);
  });

  test('what is in no namespace is the cluster itself, and counts in full', () => {
    expect(placesOf(emptySurvey(), 'dev').of(undefined)).toEqual({ importance: 'system', weight: 1, prod: true });
  });

  test('where namespaces could not be read, all count as prod', () => {
    const survey = lose(emptySurvey(), 'Namespace');
    expect(placesOf(survey, 'dev').of('kube-system')).toEqual({ importance: 'prod', weight: 1, prod: true });
  });
});
