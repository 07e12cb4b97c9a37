/** The longest message a server may send: room for a 2 MB result that comes as text and as data. */
export const maxMessageBytes = 8_000_000;

/** `fetch` whose answers to a POST end in an error beyond `maxMessageBytes`. A GET is a stream of small events and stays as it is. */
export async function boundedFetch(url: string | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (init?.method !== 'POST' || !response.body) return response;
  let seen = 0;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      seen += chunk.byteLength;
      if (seen > maxMessageBytes) controller.error(new Error(`The answer is longer than ${maxMessageBytes} bytes`));
      else controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(limit), { status, statusText, headers });
}
