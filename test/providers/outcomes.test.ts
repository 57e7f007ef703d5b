import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lightOf, queue, registerWithConsent, someone, type Person } from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';
import { magicEmails, magicNumbers } from '../../packages/sandbox/magic.ts';

/**
 * Every outcome of both providers, through the real SDKs, the sandbox and its webhooks: what becomes of the delivery, and
 * of the channel, so that staff see why.
 */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

type Meaning = {
  delivery: { status: string; reason?: string; waitingFor?: string };
  channel: { state: string; reason?: string };
};
const fine = { state: 'accepted' };

const emails: Record<string, Meaning> = {
  'delivered@resend.dev': { delivery: { status: 'delivered' }, channel: fine },
  'bounced@resend.dev': {
    delivery: { status: 'failed', reason: 'bounced (Permanent/General)' },
    channel: { state: 'failed', reason: 'bounced (Permanent/General)' },
  },
  'someone@softbounce.example': {
    delivery: { status: 'failed', reason: 'bounced (Transient/MailboxFull)' },
    channel: fine,
  },
  'complained@resend.dev': {
    delivery: { status: 'delivered' },
    channel: { state: 'revoked', reason: 'complaint' },
  },
  'suppressed@resend.dev': {
    delivery: { status: 'failed', reason: 'on the provider’s block list' },
    channel: { state: 'revoked', reason: 'on the provider’s block list' },
  },
  'someone@failed.example': {
    delivery: { status: 'failed', reason: 'invalid_recipient' },
    channel: fine,
  },
  'someone@delayed.example': { delivery: { status: 'delivered' }, channel: fine },
  'someone@silent.example': { delivery: { status: 'sent' }, channel: fine },
  'someone@refused.example': {
    delivery: { status: 'failed', reason: 'the provider refused: validation_error' },
    channel: fine,
  },
};

/** It says that the account has sent enough: everything after it waits. */
const overQuota = 'someone@quota.example';

const texts: Record<string, Meaning> = {
  '+15005550001': {
    delivery: { status: 'failed', reason: 'the provider refused: http_400' },
    channel: fine,
  },
  '+15005550403': {
    delivery: { status: 'failed', reason: 'the provider refused: http_403' },
    channel: fine,
  },
  '+15005550030': {
    delivery: { status: 'failed', reason: 'the provider reported: undelivered 30' },
    channel: fine,
  },
  '+15005550050': {
    delivery: { status: 'failed', reason: 'the provider reported: failed 50' },
    channel: { state: 'failed', reason: 'the provider reported: failed 50' },
  },
  '+15005550200': {
    delivery: { status: 'failed', reason: 'STOP' },
    channel: { state: 'revoked', reason: 'STOP' },
  },
  '+15005551000': {
    delivery: { status: 'failed', reason: 'the provider reported: undelivered 1000' },
    channel: fine,
  },
  '+15005550000': { delivery: { status: 'sent' }, channel: fine },
  // Last: these pause the whole account, as the real ones would.
  '+15005550429': { delivery: { status: 'queued', waitingFor: 'provider' }, channel: fine },
  '+15005550402': { delivery: { status: 'queued', waitingFor: 'provider' }, channel: fine },
  '+15005550900': { delivery: { status: 'queued', waitingFor: 'provider' }, channel: fine },
};

async function sendTo(method: 'email' | 'sms', address: string): Promise<Person> {
  const person = { ...someone(), [method === 'email' ? 'email' : 'phone']: address };
  await registerWithConsent(stack, person, [method]);
  await queue(stack, person, 'hello');
  return person;
}

async function meets(person: Person, method: 'email' | 'sms', wanted: Meaning): Promise<void> {
  const now = async (): Promise<Meaning> => {
    const { body } = await stack.call<{ items: { deliveries: Meaning['delivery'][] }[] }>(
      'GET',
      `/v1/contacts/${person.id}/messages`,
    );
    const { channels } = await lightOf(stack, person);
    return { delivery: body.items[0]!.deliveries[0]!, channel: channels[method]! };
  };
  await until(`${wanted.delivery.status}, ${wanted.channel.state}`, async () => {
    const { delivery, channel } = await now();
    const [is, wants] = [delivery, wanted.delivery];
    const settled = is.status === wants.status && is.waitingFor === wants.waitingFor;
    return settled && channel.state === wanted.channel.state;
  }).catch(() => undefined);
  expect(await now()).toMatchObject(wanted);
}

describe('what becomes of an email, by what happens to it', () => {
  it.each(Object.entries(emails))('%s', async (address, meaning) => {
    await meets(await sendTo('email', address), 'email', meaning);
  });

  it('a sender that is not verified there is a reason that staff see', async () => {
    const { sender } = (await stack.call<{ sender: object }>('GET', '/v1/settings')).body;
    const change = (emailFrom: string) =>
      stack.call('PATCH', '/v1/settings', { sender: { ...sender, emailFrom } });
    await stack.allot({ emailFrom: ['hello@unverified.example'] });
    await change('hello@unverified.example');
    const reason = 'the provider refused: validation_error';
    await meets(await sendTo('email', someone().email), 'email', {
      delivery: { status: 'failed', reason },
      channel: fine,
    });
    await change('hello@practice.example');
  });

  it(`${overQuota}: it waits, and so does everything after it`, async () => {
    await meets(await sendTo('email', overQuota), 'email', {
      delivery: {
        status: 'queued',
        waitingFor: 'provider',
        reason: 'the provider asks to wait: daily_quota',
      },
      channel: fine,
    });
  });
});

describe('what becomes of an SMS, by what happens to it', () => {
  it.each(Object.entries(texts))('%s', async (address, meaning) => {
    await meets(await sendTo('sms', address), 'sms', meaning);
  });
});

it('the sandbox has no outcome that is not here', () => {
  const known = (address: string): boolean => {
    const domain = address.slice(address.indexOf('@'));
    return [...Object.keys({ ...emails, ...texts }), overQuota].some(
      (one) => one === address || one.endsWith(domain),
    );
  };
  for (const { names } of magicEmails) expect(names.some(known)).toBe(true);
  for (const { number } of magicNumbers) expect(Object.keys(texts)).toContain(number);
});
