import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey, createPractice } from '../src/record/practices/practice-store.ts';
import { buildApp } from '../src/main/app.ts';
import { optIns, queue, register, someone } from './harness/people.ts';
import { testIdentity } from './harness/service.ts';
import { startStack, testAdminKey, until, type Stack } from './harness/stack.ts';

/** A practice uses only the senders that the operator allotted to it: its own key cannot take another's. */

let stack: Stack;
let [other, otherKey] = ['', ''];
beforeAll(async () => {
  stack = await startStack();
  other = stack.own('other');
  await createPractice(stack.db, {
    id: other,
    name: 'Other',
    settings: {
      quietHours: null,
      sender: { ...testIdentity, emailFrom: 'office@other.example', smsFrom: '+12025550177' },
    },
  });
  otherKey = (await createKey(stack.db, other, 'test')).key;
});
afterAll(() => stack.stop());

const operator = { authorization: `Bearer ${testAdminKey}` };
type Senders = {
  displayName: string[];
  emailFrom: string[];
  smsFrom: string[];
  sharedSmsFrom: string[];
  faxGateway: string[];
  withdrawn: string[];
};
type Refusal = { error: { code: string; details: { path: string; message: string }[] } };

const patch = (sender: object, as?: Record<string, string>) =>
  stack.call<Refusal>('PATCH', '/v1/settings', { sender }, as);
const put = (practiceId: string, body: object, as = operator) =>
  stack.call<Senders & Refusal>('PUT', `/v1/practices/${practiceId}/senders`, body, as);
const senderOf = async () =>
  (await stack.call<{ sender: Record<string, string> }>('GET', '/v1/settings')).body.sender;

describe('a practice’s own key', () => {
  it.each([
    ['emailFrom', 'office@other.example'],
    ['emailFrom', 'Practice A <office@other.example>'],
    ['emailFrom', 'hello@sub.practice.example'],
    ['smsFrom', '+12025550177'],
    ['smsFrom', '(202) 555-0188'],
    // A carrier's mail-to-text gateway: what is a fax, and needs no consent, would arrive as a text.
    ['faxGateway', 'vtext.com'],
  ])('cannot make %s %s', async (field, value) => {
    const before = await senderOf();
    const answer = await patch({ [field]: value });
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'sender_not_allotted' } } });
    const [detail] = answer.body.error.details;
    expect(detail!.path).toBe(`/sender/${field}`);
    expect(detail!.message).toContain('ask the operator');
    expect(detail!.message).toContain(`practice senders --practice ${stack.practiceId}`);
    expect(await senderOf()).toEqual(before);
  });

  it('cannot allot anything, nor see what others were allotted', async () => {
    const as = { authorization: `Bearer ${stack.apiKey}` };
    const path = `/v1/practices/${stack.practiceId}/senders`;
    expect((await put(stack.practiceId, { emailFrom: ['x.example'] }, as)).status).toBe(401);
    expect((await stack.call('GET', path, undefined, as)).status).toBe(401);
    const { body } = await stack.call<object>('GET', '/v1/settings');
    expect(JSON.stringify(body)).not.toContain('other.example');
  });

  it('sees what it was allotted, and sends back what it read', async () => {
    const { body } = await stack.call('GET', '/v1/settings');
    expect(body).toMatchObject({
      sendersAllotted: {
        emailFrom: ['hello@practice.example'],
        smsFrom: ['+12025550100'],
        faxGateway: ['fax.example'],
      },
    });
    expect((await stack.call('PATCH', '/v1/settings', body)).status).toBe(200);
  });
});

describe('the operator', () => {
  it('allots addresses, domains, numbers and gateways, as they are written anywhere', async () => {
    const answer = await put(stack.practiceId, {
      emailFrom: ['Hello@Practice.example', 'mail.practice.example', 'hello@practice.example'],
      smsFrom: ['(202) 555-0100', '72345'],
      faxGateway: ['FAX.example'],
    });
    expect(answer).toMatchObject({ status: 200, body: { withdrawn: [] } });
    expect(answer.body).toMatchObject({
      emailFrom: ['hello@practice.example', 'mail.practice.example'],
      smsFrom: ['+12025550100', '72345'],
      sharedSmsFrom: [],
      faxGateway: ['fax.example'],
    });
    const read = await stack.call(
      'GET',
      `/v1/practices/${stack.practiceId}/senders`,
      undefined,
      operator,
    );
    expect(read.body).toEqual({ ...answer.body, withdrawn: undefined });
    expect((await patch({ emailFrom: 'Dr. A <any@MAIL.practice.example>' })).status).toBe(200);
    expect(await senderOf()).toMatchObject({ emailFrom: 'any@mail.practice.example' });
    expect((await patch({ emailFrom: 'hello@practice.example' })).status).toBe(200);
  });

  it.each([
    ['emailFrom', 'a@b.example, c@d.example'],
    ['emailFrom', 'Name <a@b.example'],
    ['emailFrom', 'localhost'],
    ['emailFrom', 'b.example\r\nBcc: x@y.example'],
    ['smsFrom', 'x'],
    ['sharedSmsFrom', '12'],
    ['faxGateway', 'fax'],
    ['faxGateway', 'a@fax.example'],
    ['displayName', ' '],
    ['displayName', 'Any <a@b.example>'],
    ['displayName', 'x'.repeat(101)],
  ])('gets 422 for a malformed %s of %j', async (field, value) => {
    const before = await stack.db.prisma.practiceSender.count();
    const answer = await put(other, { [field]: [value] });
    expect(answer.status).toBe(422);
    expect(await stack.db.prisma.practiceSender.count()).toBe(before);
  });

  it('gives a number to one practice, and to several only by saying so for each', async () => {
    const number = '+12025550133';
    expect(
      (
        await put(other, {
          smsFrom: [number, '+12025550177'],
          emailFrom: ['office@other.example'],
        })
      ).status,
    ).toBe(200);
    for (const field of ['smsFrom', 'sharedSmsFrom']) {
      const taken = await put(stack.practiceId, { [field]: [number] });
      expect(taken).toMatchObject({
        status: 409,
        body: { error: { code: 'setting_conflict', details: [{ path: `/${field}/0` }] } },
      });
    }
    const own = {
      emailFrom: ['hello@practice.example'],
      faxGateway: ['fax.example'],
      smsFrom: ['+12025550100'],
    };
    await put(other, {
      sharedSmsFrom: [number],
      smsFrom: ['+12025550177'],
      emailFrom: ['office@other.example'],
    });
    expect((await put(stack.practiceId, { ...own, smsFrom: [number] })).status).toBe(409);
    expect((await put(stack.practiceId, { ...own, sharedSmsFrom: [number] })).status).toBe(200);
    const as = { authorization: `Bearer ${otherKey}` };
    expect((await patch({ smsFrom: number }, as)).status).toBe(200);
    expect((await patch({ smsFrom: number })).status).toBe(200);
    expect((await patch({ smsFrom: '+12025550177' }, as)).status).toBe(200);
    expect((await patch({ smsFrom: '+12025550100' })).status).toBe(200);
  });

  it('allots one number once, however many ask for it at the same moment', async () => {
    const ids = ['race-1', 'race-2', 'race-3', 'race-4'];
    for (const id of ids) await createPractice(stack.db, { id, name: id });
    const answers = await Promise.all(ids.map((id) => put(id, { smsFrom: ['+12025550155'] })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409]);
  });

  it('takes back what is in use: the practice writes as it no longer', async () => {
    await put(other, { smsFrom: ['+12025550177'], emailFrom: ['office@other.example'] });
    const answer = await put(other, { smsFrom: ['+12025550177'] });
    expect(answer.body.withdrawn).toEqual(['emailFrom']);
    const as = { authorization: `Bearer ${otherKey}` };
    const ann = someone();
    const body = { name: 'Ann', role: 'client', methods: ['email'], email: ann.email };
    await stack.call('PUT', `/v1/contacts/${ann.id}`, body, as);
    await stack.call('POST', `/v1/contacts/${ann.id}/opt-in`, {}, as);
    const [asked] = await until('it is asked', async () => {
      const entries = await stack.outbox(ann.email);
      return entries.length > 0 && entries;
    });
    expect(asked!.from).not.toContain('other.example');
  });

  it('says nothing of a practice that is not there', async () => {
    expect((await put('nobody', {})).status).toBe(404);
    const path = '/v1/practices/nobody/senders';
    expect((await stack.call('GET', path, undefined, operator)).status).toBe(404);
  });
});

describe('the name that a live practice writes under', () => {
  type Rename = (displayName: string | null) => Promise<{ status: number; body: Refusal }>;
  const inLiveMode = async (work: (rename: Rename) => Promise<void>): Promise<void> => {
    const { config, db, workflows } = stack;
    const app = await buildApp(
      { config: { ...config, mode: 'live' }, db, workflows },
      pino({ level: 'silent' }),
    );
    const rename: Rename = async (displayName) => {
      const answer = await app.inject({
        method: 'PATCH',
        url: '/v1/settings',
        headers: { authorization: `Bearer ${otherKey}` },
        payload: { sender: { displayName } },
      });
      return { status: answer.statusCode, body: answer.json<Refusal>() };
    };
    try {
      await work(rename);
    } finally {
      await app.close();
    }
  };
  const senders = { smsFrom: ['+12025550177'], emailFrom: ['office@other.example'] };

  it('is its own, or one that the operator allotted: never another’s, however it is spelled', async () => {
    await put(other, { ...senders, displayName: ['Other Dental of Springfield'] });
    await inLiveMode(async (rename) => {
      for (const own of ['Other', 'OTHER ', 'Other  Dental of springfield', null])
        expect([own, (await rename(own)).status]).toEqual([own, 200]);
      for (const foreign of ['Test Practice', 'Test Practice.', 'Теst Practice', 'Other Dental']) {
        const answer = await rename(foreign);
        expect([foreign, answer.status]).toEqual([foreign, 403]);
        expect(answer.body.error.code).toBe('sender_not_allotted');
        expect(answer.body.error.details).toEqual([
          {
            path: '/sender/displayName',
            message: expect.stringContaining('--display-name') as string,
          },
        ]);
      }
    });
  });

  it('stays allotted where the operator’s call is from before names were allotted', async () => {
    await put(other, { ...senders, displayName: ['Other Dental'] });
    expect((await put(other, senders)).body.displayName).toEqual(['Other Dental']);
    expect((await put(other, { ...senders, displayName: [] })).body.displayName).toEqual([]);
  });

  it('leaves the settings when it is withdrawn; a sandbox’s own choice stays', async () => {
    const as = { authorization: `Bearer ${otherKey}` };
    await put(other, { ...senders, displayName: ['Other Dental'] });
    expect((await patch({ displayName: 'Other Dental' }, as)).status).toBe(200);
    expect((await put(other, { ...senders, displayName: [] })).body.withdrawn).toEqual([
      'displayName',
    ]);
    expect((await patch({ displayName: 'Any Name' }, as)).status).toBe(200);
    expect((await put(other, senders)).body.withdrawn).toEqual([]);
  });
});

it('a fax leaves through the gateway that was allotted, and no other', async () => {
  const ann = someone();
  const body = { name: 'Ann', role: 'client', methods: ['fax'], fax: '+12025550166' };
  expect((await stack.call('PUT', `/v1/contacts/${ann.id}`, body)).status).toBe(201);
  await queue(stack, ann, 'Result');
  await until('it left', async () => (await stack.outbox('12025550166@fax.example')).length === 1);
});

it('people see the senders that the operator allotted', async () => {
  const ann = someone();
  await register(stack, ann);
  await queue(stack, ann, 'x');
  const asked = await optIns(stack, ann, 2);
  expect(asked.map(({ from }) => from).toSorted()).toEqual([
    '"Test Practice" <hello@practice.example>',
    '+12025550100',
  ]);
});
