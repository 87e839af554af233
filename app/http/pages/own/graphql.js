// Operations over HTTP, and those with several answers as streams of events.
import { authorization, refused } from './token.js';

const ACCEPTED = 'application/graphql-response+json, application/json;q=0.9, text/event-stream;q=0.8';

// A promise of the answer, or of an async iterator over several.
export async function request(path, parameters, { accept = ACCEPTED, headers = {} } = {}) {
  const controller = new AbortController();
  const response = await fetch(path, {
    method: 'POST',
    credentials: 'omit',
    signal: controller.signal,
    headers: { 'Content-Type': 'application/json', Accept: accept, ...authorization(), ...headers },
    body: JSON.stringify(parameters),
  });
  if (response.status === 401) refused();
  const isStream = response.headers.get('Content-Type')?.startsWith('text/event-stream');
  return isStream ? events(response.body, controller) : response.json();
}

// The answers of a stream. To return ends it at once, though an answer is awaited.
function events(body, controller) {
  const answers = read(body.pipeThrough(new TextDecoderStream()).getReader());
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => answers.next().catch((error) => {
      if (controller.signal.aborted) return { done: true, value: undefined };
      throw error;
    }),
    return: async () => {
      controller.abort();
      return { done: true, value: undefined };
    },
  };
}

async function* read(reader) {
  let waiting = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (waiting + value).split('\n\n');
    waiting = blocks.pop();
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: ?(.*)/s, 2)));
      if (fields.event === 'complete') return;
      if (fields.event === 'next') yield JSON.parse(fields.data);
    }
  }
}
