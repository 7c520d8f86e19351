// What the conformance suite cannot ask.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AgentManagement, ConnectionError } from '../dist/index.js';

const url = 'http://service.example';

test('an export whose last line has no end was cut off', async () => {
  const client = new AgentManagement({ url, token: 't', fetch: async () => new Response('{"id":"a"}\n{"id":') });
  const ids = [];
  await assert.rejects(async () => {
    for await (const line of client.tasks.export()) ids.push(line.id);
  }, ConnectionError);
  assert.deepEqual(ids, ['a']);
});

test('of what is stored only what is of this service and this tenant is taken up', async () => {
  const agent = { id: 'a', version: 1 };
  const right = { format: 1, service: url, tenant: 'acme', revision: 3, confirmedAt: 0, agents: [{ agent, readAt: 0 }] };
  const away = { url, token: 't', retries: 0, fetch: async () => { throw new TypeError('away'); } };
  const texts = ['{"format":1,"agents":', 'null', { ...right, tenant: 'beta' }, { ...right, service: 'http://other.example' }];
  for (const text of [right, ...texts].map(each => typeof each === 'string' ? each : JSON.stringify(each))) {
    const store = { load: async () => text, save: async () => undefined };
    const cache = new AgentManagement(away).configurations({ tenant: 'acme', store });
    await cache.start();
    try {
      if (text === JSON.stringify(right)) assert.equal((await cache.get('a')).isLive, false);
      else await assert.rejects(cache.get('a'), ConnectionError, text);
    } finally {
      await cache.close();
    }
  }
});

test('what a caller does to an agent does not change what is kept', async () => {
  const answer = status => new Response(status === 200 ? '{"id":"a","tags":[]}' : null, { status, headers: { etag: '"1"' } });
  const answers = [answer(200), answer(304)];
  const client = new AgentManagement({ url, token: 't', fetch: async () => answers.shift() });
  (await client.agents.get('a')).tags.push('mine');
  assert.deepEqual((await client.agents.get('a')).tags, []);
});

test('a signal ends what is under way, with its own reason', async () => {
  const hangs = (_, { signal }) => new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  const client = new AgentManagement({ url, token: 't', fetch: hangs });
  const reason = new Error('enough');
  for (const begin of [signal => client.tenant({ signal }), signal => client.changes({ signal }).next()]) {
    const controller = new AbortController();
    const call = begin(controller.signal);
    controller.abort(reason);
    await assert.rejects(call, reason);
  }
});
