import { selfSigned } from '../certificate.ts';
import type { Scenario } from './scenario.ts';

/** The certificate of an Ingress expires in two days. */
export const certificateExpiring: Scenario = {
  id: 'certificate-expiring',
  cause: 'CertificateExpiring',
  title: { en: 'The certificate of an Ingress expires in two days', zh: 'Ingress 证书两天后过期' },
  break: ({ context, edit }) => {
    const DAY = 86_400_000;
    const pair = selfSigned('shop.example.com', { from: context.now() - 363 * DAY, to: context.now() + 2 * DAY });
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    edit('secrets', 'shop-tls', (secret) => {
      secret.data = { 'tls.crt': base64(pair.certificate), 'tls.key': base64(pair.key) };
    });
  },
};
