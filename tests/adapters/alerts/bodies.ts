/** Bodies as the senders' documents show them, with names and numbers of our own. */

/** https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export const alertmanager = () => ({
  version: '4',
  groupKey: '{}:{alertname="KubePodCrashLooping"}',
  truncatedAlerts: 0,
  status: 'firing',
  receiver: 'copilot',
  groupLabels: { alertname: 'KubePodCrashLooping' },
  commonLabels: { alertname: 'KubePodCrashLooping', severity: 'warning' },
  commonAnnotations: {},
  externalURL: 'http://alertmanager.example',
  alerts: [
    {
      status: 'firing',
      labels: {
        alertname: 'KubePodCrashLooping',
        cluster: 'shop-prod',
        namespace: 'shop',
        pod: 'checkout-5d9c7b6f4-x2x9q',
        severity: 'warning',
      },
      annotations: { description: 'Pod shop/checkout-5d9c7b6f4-x2x9q is restarting' },
      startsAt: '2026-11-25T09:14:00.123Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://prometheus.example/graph',
      fingerprint: '0f5dbb9a1c2e3d4f',
    },
    {
      status: 'resolved',
      labels: { alertname: 'KubePodCrashLooping', namespace: 'shop', pod: 'cart-7f6d5c4b3-abcde' },
      annotations: {},
      startsAt: '2026-11-25T08:00:00Z',
      endsAt: '2026-11-25T09:00:00Z',
      fingerprint: 'aaaabbbbccccdddd',
    },
  ],
});

/** ARMS with `$alertmanager_content`: the same shape, its own labels, times as numbers. */
export const arms = () => ({
  alerts: [
    {
      status: 'firing',
      labels: {
        alertname: 'PodOOMKilled',
        severity: 'P1',
        clustername: 'shop-prod',
        namespace: 'shop',
        pod_name: 'checkout-5d9c7b6f4-x2x9q',
        _aliyun_arms_involvedObject_id: 'c0123456789abcdef0123456789abcdef',
        _aliyun_arms_involvedObject_kind: 'app',
        _aliyun_arms_alert_type: 101,
      },
      annotations: { message: 'OOM in shop', value: 1, _aliyun_arms_alert_value: null },
      startsAt: 1_764_061_200_000,
      endsAt: 0,
    },
  ],
});

/** https://www.alibabacloud.com/help/doc-detail/60714.htm */
export const cloudMonitor = () => ({
  userId: '1234567890',
  alertName: 'node memory above 90 %',
  timestamp: '1764061200000',
  alertState: 'ALERT',
  dimensions: '{userId=1234567890, instanceId=i-bp1abc, clusterId=c0123456789abcdef}',
  expression: '$Average>=90',
  curValue: '95.2',
  metricName: 'memory_usedutilization',
  metricProject: 'acs_ecs_dashboard',
  instanceName: 'worker-3',
  ruleId: 'rule-17',
  triggerLevel: 'CRITICAL',
  preTriggerLevel: 'null',
});
