import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressHash, putContacts } from '../src/record/contacts/contact-store.ts';
import { limits } from '../src/core/limits.ts';
import { startSweeper } from '../src/delivery/sweeper.ts';
import { queueMany } from './harness/long-queues.ts';
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

  it('join a long queue within the next sweeps, and then everything leaves in order', async () => {
    const ann = someone();
    const old = twin(ann);
    for (const person of [ann, old]) await register(stack, person, ['email']);
    await queue(stack, old, 'first');
    await queue(stack, ann, 'second');
    const many = 2 * limits.movedAtOnce;
    await queueMany(stack, old, many);
    const [asked] = await optIns(stack, ann, 1);
    expect((await merge(old, ann)).body).toMatchObject({ queued: many + 2 });
    await decide(linkOf(asked!), 'accept');
    await stack.plainClient.workflow.signalWithStart('contact', {
      workflowId: stack.workflowId(old.id),
      taskQueue: stack.taskQueue,
      signal: 'sendMessage',
      signalArgs: [{ messageId: `${old.id}-late`, kind: 'ad_hoc', subject: 's', body: 'third' }],
    });
    await until('it is green', async () => (await lightOf(stack, ann)).light === 'green');
    expect(await contents(stack, ann, 'email')).toEqual([]);
    const { db, workflows } = stack;
    const sweeper = startSweeper({ db, workflows, logger: pino({ level: 'silent' }) });
    await until(
      'all arrived',
      async () => (await contents(stack, ann, 'email')).length === many + 3,
      60_000,
    );
    await sweeper.stop();
    const words = ['first', 'second', 'third'];
    const got = (await contents(stack, ann, 'email')).map((text) =>
      words.find((word) => text.includes(word)),
    );
    expect(got.slice(-3)).toEqual(words);
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

  it('count wrong birth dates of both', async () => {
    const [ann, alias] = [someone(), someone()];
    for (const person of [ann, alias]) await register(stack, person, ['email']);
    const channels = stack.db.prisma.channel;
    await channels.updateMany({
      where: { contactId: alias.id, method: 'email' },
      data: { identityTries: 4 },
    });
    await channels.updateMany({
      where: { contactId: ann.id, method: 'sms' },
      data: { identityTries: 2 },
    });
    const body = { into: ann.id };
    expect((await stack.call('POST', `/v1/contacts/${alias.id}/merge`, body)).status).toBe(200);
    const rows = await channels.findMany({
      where: { contactId: ann.id, method: { in: ['email', 'sms'] } },
      orderBy: { method: 'asc' },
    });
    expect(rows.map(({ identityTries }) => identityTries)).toEqual([4, 2]);
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

  it('are one under the old id in every body that names a contact', async () => {
    const ann = someone();
    const old = twin(ann);
    const client = someone();
    await register(stack, ann);
    await register(stack, old);
    expect((await merge(old, ann)).status).toBe(200);
    const details = { role: 'client', methods: ['email'], email: ann.email };
    const entry = { ...details, id: old.id, name: 'Ann Later', birthDate: '1970-01-02' };
    const put = await stack.call<{ contacts: { id: string; name: string }[] }>(
      'PUT',
      '/v1/contacts',
      [entry],
    );
    expect(put).toMatchObject({ status: 200, body: { contacts: [{ id: ann.id }] } });
    expect(await lightOf(stack, ann)).toMatchObject({ name: 'Ann Later', id: ann.id });
    const where = { practiceId_id: { practiceId: stack.practiceId, id: old.id } };
    expect(await stack.db.prisma.contact.findUnique({ where })).toMatchObject({
      registered: false,
      nameEnc: null,
      birthDateEnc: null,
      mergedInto: ann.id,
    });
    const both = await stack.call('PUT', '/v1/contacts', [entry, { ...entry, id: ann.id }]);
    expect(both).toMatchObject({
      status: 422,
      body: { error: { details: [{ index: 1, path: '/id', message: 'is named twice' }] } },
    });

    const parent = { ...details, email: client.email, name: 'Parent', actsFor: [old.id, ann.id] };
    const acts = await stack.call('PUT', `/v1/contacts/${client.id}`, parent);
    expect(acts).toMatchObject({ status: 201, body: { actsFor: [ann.id] } });

    await queue(stack, ann, 'hello');
    const listed = await stack.call('GET', `/v1/messages?contactId=${old.id}`);
    expect(listed.body).toMatchObject({ items: [{ contactId: ann.id }] });
  });

  it('are not written to under the old id, also where it became one a moment ago', async () => {
    const ann = someone();
    const old = twin(ann);
    await register(stack, ann);
    await register(stack, old);
    await merge(old, ann);
    const { db, practiceId } = stack;
    const row = () => db.prisma.contact.findFirstOrThrow({ where: { id: old.id } });
    const before = await row();
    const details = { name: 'X', role: 'client', methods: ['email'], email: ann.email } as const;
    const entries = [{ contactId: old.id, details: { ...details, methods: ['email' as const] } }];
    expect(
      await db.prisma.$transaction((sql) => putContacts(db, sql, practiceId, entries)),
    ).toEqual({ ok: false, problem: 'moved' });
    expect(await row()).toEqual(before);
  });

  it('get an answer to HELP, also where an earlier release left the number under the old id', async () => {
    const ann = someone();
    const old = { ...ann, id: `a-${ann.id}` };
    await register(stack, ann, ['sms']);
    await register(stack, old, ['sms']);
    await merge(old, ann);
    const mine = { practiceId: stack.practiceId, contactId: old.id };
    await stack.db.prisma.channel.updateMany({
      where: { ...mine, method: 'sms' },
      data: { addressHash: addressHash(stack.db, ann.phone), assigned: true },
    });
    const said = { from: ann.phone, to: stack.config.senders.smsFrom, text: 'HELP' };
    expect((await stack.control('/inbound', said)).ok).toBe(true);
    await until('it is answered', async () => (await contents(stack, ann, 'sms')).length === 1);
    const [kept] = await stack.db.prisma.inboundMessage.findMany({
      where: { contactId: { in: [ann.id, old.id] } },
    });
    expect(kept).toMatchObject({ contactId: ann.id, answered: 'help' });
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
