import type { Scenario } from './scenario.ts';

/** A typo in the Corefile stops CoreDNS. */
export const dns: Scenario = {
  id: 'dns',
  cause: 'DNSServiceDown',
  title: { en: 'A typo in the Corefile stops CoreDNS', zh: 'Corefile 写错导致 CoreDNS 停止' },
  break: ({ edit }) => {
    edit('configmaps', ['kube-system', 'coredns'], (map) => {
      map.data = { Corefile: (map.data?.Corefile ?? '').replace('forward .', 'forwrd .') };
    });
    edit('deployments', ['kube-system', 'coredns'], ({ spec }) => {
      spec.strategy = { type: 'Recreate' };
      spec.template.metadata = { ...spec.template.metadata, annotations: { 'shop.example.com/reloaded': 'yes' } };
    });
  },
};
