import type { IncomingMessage } from 'node:http';

const longestLine = 16 * 1024 * 1024;

/** The JSON values of a stream, one a line, as watches send them. */
export async function* jsonLines(response: IncomingMessage): AsyncGenerator<unknown> {
  let rest = '';
  response.setEncoding('utf8');
  for await (const chunk of response) {
    rest += chunk;
    let from = 0;
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n', from)) {
      if (end > from) yield JSON.parse(rest.slice(from, end));
      from = end + 1;
    }
    rest = rest.slice(from);
    if (rest.length > longestLine) throw new Error('A line of the watch is too long');
  }
}
