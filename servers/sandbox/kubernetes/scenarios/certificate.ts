import { selfSigned } from '../certificate.ts';
import type { Scenario } from './scenario.ts';

/** The certificate of an Ingress has expired. */
export const certificate: Scenario = {
  id: 'certificate',
  cause: 'CertificateExpired',
  title: { en: 'The certificate of an Ingress has expired', zh: 'Ingress 证书已过期' },
  break: ({ context, edit }) => {
    const DAY = 86_400_000;
    const pair = selfSigned('shop.example.com', { from: context.now() - 366 * DAY, to: context.now() - DAY });
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    edit('secrets', 'shop-tls', (secret) => {
      secret.data = { 'tls.crt': base64(pair.certificate), 'tls.key': base64(pair.key) };
    });
  },
};
