import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acceptBoth,
  contents,
  decide,
  lightOf,
  linkOf,
  optIns,
  queue,
  register,
  reply,
  someone,
  type Person,
} from './harness/people.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

/** An opt-in shows in the mailbox a little before its call has ended; until then the API asks to try again. */
const merge = (from: Person, into: { id: string }) =>
  until('no call is under way', async () => {
    const path = `/v1/contacts/${from.id}/merge`;
    const answer = await stack.call<{ id: string }>('POST', path, { into: into.id });
    return answer.status !== 409 && answer;
  });

/** Another record of the same person. */
const twin = (person: Person): Person => ({ ...person, id: someone().id });

describe('two records of one person', () => {
  it('join their queues in order, and the old id means the contact that stays', async () => {
    const ann = someone();
    const old = twin(ann);
    await register(stack, ann);
    await register(stack, old);
    await queue(stack, old, 'first');
    await queue(stack, ann, 'second');
    await queue(stack, old, 'third');
    await optIns(stack, ann, 2);
    expect((await merge(old, ann)).body).toMatchObject({ id: ann.id, queued: 3 });
    expect((await merge(old, ann)).status).toBe(200);

    await queue(stack, old, 'fourth');
    await stack.plainClient.workflow.signalWithStart('contact', {
      workflowId: stack.workflowId(old.id),
      taskQueue: stack.taskQueue,
      signal: 'sendMessage',
      signalArgs: [{ messageId: `${old.id}-5`, kind: 'ad_hoc', subject: 's', body: 'fifth' }],
    });
    await until('all are in one queue', async () => (await lightOf(stack, ann)).queued === 5);
    expect(await lightOf(stack, old)).toEqual(await lightOf(stack, ann));

    await acceptBoth(stack, ann);
    const words = ['first', 'second', 'third', 'fourth', 'fifth'];
    for (const channel of ['email', 'sms'] as const) {
      await until(
        `all arrived by ${channel}`,
        async () => (await contents(stack, ann, channel)).length >= words.length,
      );
      const got = await contents(stack, ann, channel);
      expect(got.map((text) => words.find((word) => text.includes(word)))).toEqual(words);
    }
    await until('the old workflow ended', async () => {
      const { status } = await stack.client.workflow.getHandle(stack.workflowId(old.id)).describe();
      return status.name === 'COMPLETED';
    });
  });

  it('keep the strictest word about one address: a yes under one id does not outweigh a no under the other', async () => {
    const ann = someone();
    const old = twin(ann);
    await register(stack, ann, ['email']);
    await register(stack, old, ['email']);
    await queue(stack, ann, 'hello');
    const [asked] = await optIns(stack, ann, 1);
    await decide(linkOf(asked!), 'accept');
    await until('it arrived', async () => (await contents(stack, ann, 'email')).length === 1);
    expect((await stack.call('DELETE', `/v1/contacts/${old.id}/consents/email`)).status).toBe(200);

    expect((await merge(old, ann)).status).toBe(200);
    expect(await lightOf(stack, ann)).toMatchObject({
      light: 'red',
      channels: { email: { state: 'revoked' } },
    });
    await queue(stack, ann, 'after');
    await until('it is held', async () => (await lightOf(stack, ann)).queued === 1);
    expect(await contents(stack, ann, 'email')).toHaveLength(1);
  });

  it('can still be answered by the link that went out under the old id', async () => {
    const ann = someone();
    const old = twin(ann);
    await register(stack, ann, ['email']);
    await register(stack, old, ['email']);
    await queue(stack, old, 'hello');
    const [asked] = await optIns(stack, old, 1);
    await until(
      'it is recorded',
      async () => (await lightOf(stack, old)).channels.email?.state === 'sent',
    );
    await merge(old, ann);
    expect((await lightOf(stack, ann)).channels.email?.state).toBe('sent');
    await decide(linkOf(asked!), 'accept');
    await until('it arrived', async () => (await contents(stack, ann, 'email')).length === 1);
    expect(await optIns(stack, ann, 1)).toHaveLength(1);
  });

  it('know the same message under both ids, and keep each id’s evidence until both are erased', async () => {
    const ann = someone();
    const old = twin(ann);
    await register(stack, ann, ['sms']);
    await register(stack, old, ['sms']);
    const message = { id: `${old.id}-m`, kind: 'ad_hoc', body: 'hello' };
    const send = (to: Person) => stack.call('POST', `/v1/contacts/${to.id}/messages`, message);
    expect((await send(old)).status).toBe(202);
    await optIns(stack, old, 1);
    await until('asked', async () => (await lightOf(stack, old)).channels.sms?.state === 'sent');
    await merge(old, ann);
    expect((await send(old)).status).toBe(202);
    expect((await send(ann)).status).toBe(202);

    type Evidence = {
      intact: boolean;
      items: { type: string; fields?: object }[];
      mergedFrom: { contactId: string; items: { type: string; fields?: object }[] }[];
    };
    const evidence = async (id: string) =>
      (await stack.call<Evidence>('GET', `/v1/contacts/${id}/evidence`)).body;
    const before = await evidence(old.id);
    expect(before).toMatchObject({
      intact: true,
      items: expect.arrayContaining([
        expect.objectContaining({ type: 'merged', fields: { from: old.id } }),
      ]),
      mergedFrom: [{ contactId: old.id }],
    });
    expect(before.mergedFrom[0]!.items.some(({ type }) => type === 'opt_in_sent')).toBe(true);

    await reply(stack, ann, 'YES');
    await until('it arrived', async () => (await contents(stack, ann, 'sms')).length === 1);
    expect((await stack.call('DELETE', `/v1/contacts/${ann.id}`)).status).toBe(204);
    const after = await evidence(ann.id);
    expect(after.intact).toBe(true);
    for (const chain of [after.items, after.mergedFrom[0]!.items]) {
      expect(chain.at(-1)?.type).toBe('erased');
      for (const { fields } of chain.slice(0, -1)) expect(fields).toBeUndefined();
    }
  });

  it('are named rightly, or nothing happens', async () => {
    const ann = someone();
    const old = twin(ann);
    await register(stack, ann, ['email']);
    expect((await merge(old, ann)).status).toBe(404);
    expect((await merge(ann, ann)).status).toBe(422);
    expect((await merge(ann, { id: 'nobody' })).status).toBe(422);
    expect((await stack.call('POST', `/v1/contacts/${ann.id}/merge`, {})).status).toBe(422);
    expect((await lightOf(stack, ann)).channels.email?.state).toBe('not_sent');
  });
});
