// OpenFeature's own server SDK, with its provider for the remote evaluation protocol, against a service that runs.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature } from '@openfeature/server-sdk';
import { LiveService } from './conformance.mjs';

const service = process.env.CONFORMANCE_SERVICE;

after(() => OpenFeature.close());

test('OpenFeature evaluates the agents of a label', { skip: service ? false : 'CONFORMANCE_SERVICE is not set.' }, async () => {
  const token = await new LiveService(service).token('flags');
  for (const id of ['bot', 'quiet']) {
    for (const text of ['First.', 'Second.']) {
      const config = { model: { provider: 'openai', id: 'gpt-5-mini' }, instructions: { template: text } };
      await call('PUT', `agents/${id}`, { name: 'Bot', type: 'conversational', config });
    }
  }
  await call('POST', 'agents/bot/activate');
  await call('PUT', 'labels/production', {});
  for (const id of ['bot', 'quiet']) await call('PUT', `agents/${id}/labels/production`, { version: 1 });
  await OpenFeature.setProviderAndWait(new OFREPProvider({
    baseUrl: `${service}/api/v1/labels/production`, headers: [['Authorization', `Bearer ${token}`]],
  }));
  const client = OpenFeature.getClient();
  const own = { instructions: { template: 'My own.' } };

  const everybody = await client.getObjectDetails('bot', own, { targetingKey: 'user-1', country: 'es' });
  assert.equal(everybody.value.instructions.template, 'First.');
  assert.deepEqual([everybody.reason, everybody.variant, everybody.flagMetadata.version], ['STATIC', 'v1', 1]);
  assert.equal((await client.getObjectValue('bot', own)).instructions.template, 'First.');
  // An agent that is not active is not run: the caller's own default counts.
  assert.deepEqual(await client.getObjectValue('quiet', own), own);

  const steps = [{ weight: 50_000, gate: 'approval' }];
  const release = await call('POST', 'releases', { label: 'production', items: [{ agent: 'bot', version: 2 }], rollout: { steps } });
  await call('POST', `releases/${release.id}/start`);
  const variants = new Set();
  for (let user = 0; user < 20; user++) {
    const flag = await client.getObjectDetails('bot', own, { targetingKey: `user-${user}` });
    assert.equal(flag.reason, 'SPLIT');
    assert.equal(flag.value.instructions.template, flag.variant === 'v1' ? 'First.' : 'Second.');
    variants.add(flag.variant);
  }
  assert.deepEqual([...variants].sort(), ['v1', 'v2']);

  for (const [flag, context, code] of [['bot', {}, 'TARGETING_KEY_MISSING'], ['none', { targetingKey: 'user-1' }, 'FLAG_NOT_FOUND']]) {
    const { reason, errorCode, value } = await client.getObjectDetails(flag, own, context);
    assert.deepEqual([reason, errorCode, value], ['ERROR', code, own]);
  }

  async function call(method, path, body) {
    const answer = await fetch(`${service}/api/v1/${path}`, {
      method, headers: { authorization: `Bearer ${token}`, ...body ? { 'content-type': 'application/json' } : {} },
      ...body ? { body: JSON.stringify(body) } : {},
    });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
    return await answer.json();
  }
});
