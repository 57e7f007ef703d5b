import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from './journal.ts';
import type { OptIn } from './mailbox.ts';
import { burst } from './messages.ts';
import type { Contact } from './people.ts';
import { expectStatus, refresh, sees, type Action, type Scene } from './scene.ts';
import { answerOn } from '../demo/page-answer.ts';

/** Acts of people: read, answer, stop, start again; and those of scanners and forgers. */

/**
 * How long a person waits for the effect of a word before going on, in ms; the provider repeats webhooks for longer.
 */
const effectMs = 90_000;
/** A person has this many stops and new addresses per channel: the service asks by itself three times a week. */
export const upsetsPerChannel = 2;

/** STOP and its like; those of the second list a carrier understands too, and then blocks the number by itself. */
const stops = [
  [
    'opt out',
    'Revoke',
    'please stop',
    'Stop, please!',
    'unsubscribe me',
    'optout',
    'baja',
    'parar',
  ],
  ['STOP', 'stop', 'Quit', 'END', 'cancel', 'UNSUBSCRIBE'],
] as const;
const yeses = ['YES', 'yes', 'Yes!', 'y', 'Si', 'Sí', 'yes please'];

function unanswered({ mailbox }: Scene, contact: Contact, channel: Channel): OptIn[] {
  return mailbox
    .optIns(contact.addresses[channel])
    .filter((optIn) => optIn.channel === channel && !optIn.answered);
}

async function answer(scene: Scene, optIn: OptIn, shared: boolean): Promise<void> {
  const { random } = scene;
  const roll = random.next();
  if (roll > 0.9) return;
  optIn.answered = true;
  if (roll > 0.82) return decide(scene, optIn, 'decline', shared);
  const bySms = optIn.channel === 'sms' && random.chance(0.65);
  if (!bySms || (shared && optIn.code === undefined)) return decide(scene, optIn, 'accept', shared);
  const yes = random.pick(yeses);
  await sayYes(scene, optIn, optIn.code === undefined ? yes : `${yes} ${optIn.code}`, shared);
}

export async function decide(
  scene: Scene,
  optIn: OptIn,
  decision: 'accept' | 'decline',
  shared: boolean,
): Promise<void> {
  const { calls, journal, person, contact } = scene;
  const { channel, address } = optIn;
  const word = journal.word({ kind: decision, channel, address });
  const page = await calls.page('GET', optIn.path, person.ip);
  const form = answerOn(page.text, decision);
  // 409: the page's question changed between the look and the press; the person would have to read it again.
  const answer = await calls.page('POST', optIn.path, person.ip, form);
  if (answer.status === 409) return;
  if (!expectStatus(scene, `POST ${decision}`, answer, [200, 410])) return;
  const ended = Date.now();
  await refresh(scene);
  // A "no" that came too late changes nothing; and where two share a number it may be the other one's.
  const closed = ['declined', 'revoked'].includes(contact.states[channel] ?? '');
  if (decision === 'accept' || (closed && !shared)) word.ended = ended;
}

async function sayYes(scene: Scene, optIn: OptIn, text: string, shared: boolean): Promise<void> {
  const { calls, journal, contact } = scene;
  const { channel, address } = optIn;
  const word = journal.word({ kind: 'accept', channel, address });
  const answer = await calls.sandbox('POST', '/inbound', { from: address, text });
  if (!expectStatus(scene, 'inbound YES', answer, [202])) return;
  // Nobody can see whose yes the code was.
  if (shared) return;
  // Without an effect it stays open: the webhook may come later still.
  if (await sees(scene, contact, ({ states }) => states.sms === 'accepted', effectMs / 4))
    word.ended = Date.now();
}

async function say(
  scene: Scene,
  kind: 'revoke' | 'restart',
  text: string,
  providerBlocks: boolean,
): Promise<void> {
  const { calls, journal, contact, person } = scene;
  const address = contact.addresses.sms;
  const word = journal.word({ kind, channel: 'sms', address, providerBlocks });
  const answer = await calls.sandbox('POST', '/inbound', { from: address, text });
  // Nobody wrote to this number yet.
  if (answer.status === 422) {
    journal.data.words.splice(journal.data.words.indexOf(word), 1);
    return;
  }
  if (!expectStatus(scene, `inbound ${kind}`, answer, [202])) return;
  const holds = ({ states }: Contact): boolean =>
    (states.sms === 'revoked') === (kind === 'revoke');
  if (await sees(scene, contact, holds, effectMs)) word.ended = Date.now();
  else journal.surprise(`${kind} of ${contact.id} had no effect in ${effectMs} ms`);
  for (const twin of person.contacts) if (twin !== contact) await refresh(scene, twin);
}

async function stop(scene: Scene): Promise<void> {
  const { contact, random } = scene;
  contact.upsets.sms += 1;
  const blocks = random.chance(0.2);
  await say(scene, 'revoke', random.pick(stops[blocks ? 1 : 0]), blocks);
}

function mayStop({ contact }: Scene): boolean {
  const state = contact.states.sms;
  return (
    contact.methods.includes('sms') &&
    contact.upsets.sms < upsetsPerChannel &&
    (state === 'accepted' || state === 'sent')
  );
}

async function newestContentOf(scene: Scene, type: 'complained' | 'bounced'): Promise<boolean> {
  const { mailbox, contact, calls, journal } = scene;
  const address = contact.addresses.email;
  const outboxId = mailbox.lastContent(address);
  if (outboxId === undefined || contact.states.email !== 'accepted') return false;
  const kind = type === 'complained' ? 'complaint' : 'bounce';
  const word = journal.word({ kind, channel: 'email', address });
  journal.data.forcedEvents.push({ outboxId, at: Date.now() });
  await calls.sandbox('POST', '/events', { id: outboxId, type });
  const closed = kind === 'complaint' ? 'revoked' : 'failed';
  if (await sees(scene, contact, ({ states }) => states.email === closed, effectMs))
    word.ended = Date.now();
  else journal.surprise(`a ${kind} of ${contact.id} had no effect in ${effectMs} ms`);
  return true;
}

export const answerActions: Record<string, Action> = {
  /** Reads and answers new messages, on each channel. */
  answer: {
    weight: 26,
    run: async (scene) => {
      const { contact, random, person } = scene;
      const shared = person.contacts.length > 1;
      for (const channel of random.shuffled(['email', 'sms'] as const)) {
        if (!contact.methods.includes(channel)) continue;
        for (const optIn of unanswered(scene, contact, channel)) {
          await answer(scene, optIn, shared && channel === 'sms');
          await sleep(random.between(0, 500));
        }
      }
      await refresh(scene);
    },
  },
  changeMind: {
    weight: 5,
    run: async (scene) => {
      const { contact, mailbox, person } = scene;
      for (const channel of ['email', 'sms'] as const) {
        const [newest] = mailbox.optIns(contact.addresses[channel]);
        if (contact.states[channel] !== 'declined' || !newest) continue;
        await decide(scene, newest, 'accept', channel === 'sms' && person.contacts.length > 1);
      }
    },
  },
  stop: {
    weight: 2,
    run: async (scene) => {
      if (mayStop(scene)) await stop(scene);
    },
  },
  /** While a drain is under way. */
  stopInDrain: {
    weight: 2.5,
    run: async (scene) => {
      if (!mayStop(scene)) return;
      await burst(scene, scene.random.whole(12, 30));
      await sleep(scene.random.between(0, 900));
      await stop(scene);
    },
  },
  restart: {
    weight: 8,
    run: async (scene) => {
      if (scene.contact.states.sms === 'revoked')
        await say(scene, 'restart', scene.random.pick(['START', 'start', 'Unstop']), false);
    },
  },
  complain: {
    weight: 0.15,
    run: async (scene) => {
      if (scene.rare.complaints <= 0) return;
      if (await newestContentOf(scene, 'complained')) scene.rare.complaints -= 1;
    },
  },
  bounce: {
    weight: 0.15,
    run: async (scene) => {
      if (scene.rare.bounces <= 0) return;
      if (await newestContentOf(scene, 'bounced')) scene.rare.bounces -= 1;
    },
  },
  /** A mail scanner follows every link of every age. */
  scan: {
    weight: 4,
    run: async (scene) => {
      const { calls, contact, mailbox, random } = scene;
      const links = [contact.addresses.email, contact.addresses.sms].flatMap((address) =>
        mailbox.optIns(address).slice(0, 3),
      );
      for (const { path } of links) {
        const method = random.pick(['GET', 'GET', 'HEAD']);
        const answer = await calls.page(method, path, `198.19.0.${random.whole(1, 250)}`);
        expectStatus(scene, `${method} of a link`, answer, [200, 410]);
      }
    },
  },
  /** Without a signature or a token nothing changes. */
  forge: {
    weight: 1,
    run: async (scene) => {
      const { calls, contact, random } = scene;
      const from = contact.addresses.sms.slice(1);
      const form = { From: from, To: '12025550100', Text: random.pick(['YES', 'STOP', 'START']) };
      const ip = `203.0.113.${random.whole(1, 250)}`;
      const headers = {
        'x-plivo-signature-v3': Buffer.from(String(random.next())).toString('base64'),
        'x-plivo-signature-v3-nonce': String(random.whole(1e9, 2e9)),
      };
      const uuid = `${random.whole(1e7, 9e7)}-soak`;
      const webhook = { ...form, MessageUUID: uuid, Type: 'sms' };
      const forged = await calls.page('POST', '/webhooks/plivo/inbound', ip, webhook, headers);
      expectStatus(scene, 'a forged webhook', forged, [401]);
      const token = Array.from({ length: 43 }, () =>
        random.pick('abcdefghijkmnpqrstuvwxyz'.split('')),
      ).join('');
      const guessed = await calls.page('POST', `/o/${token}`, ip, { decision: 'accept' });
      expectStatus(scene, 'a guessed link', guessed, [404]);
    },
  },
};
