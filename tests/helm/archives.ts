import { gzipSync } from 'node:zlib';
import { packTar, type TarHeader } from 'modern-tar';

/** Packed charts for tests, well-formed and hostile. */

export const CHART_YAML = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';

type Entry = Partial<TarHeader> & { body?: string | Uint8Array };

/** Entries by their whole names. */
export async function packed(entries: Record<string, string | Entry>): Promise<Uint8Array> {
  const tar = await packTar(
    Object.entries(entries).map(([name, entry]) => {
      const { body = '', ...header } = typeof entry === 'string' ? { body: entry } : entry;
      const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
      return { header: { name, size: bytes.length, type: 'file' as const, ...header }, body: bytes };
    }),
  );
  return new Uint8Array(gzipSync(tar));
}

/** A small chart of that version, which makes one ConfigMap. */
export const webChart = (version = '1.0.0', more: Record<string, string> = {}): Promise<Uint8Array> =>
  packed({
    'web/Chart.yaml': `apiVersion: v2\nname: web\nversion: ${version}\nappVersion: "1"\ndescription: A page\n`,
    'web/values.yaml': 'greeting: hello\n',
    'web/templates/map.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  greeting: {{ .Values.greeting | quote }}\n  version: {{ .Chart.Version }}\n',
    ...more,
  });
