import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { entryArguments } from '../local-stack/entry.ts';
import { readArguments } from '../../src/platform/arguments.ts';
import { loadConfig } from '../../src/platform/config/config.ts';
import { answerPage } from './page-answer.ts';

/**
 * `npm run demo`: the main job by the public interfaces alone (HTTP, a plain Temporal client, the sandbox's mailbox
 * and phone), each step printed. Exit code 0 only if every message arrived in order, once, after both acceptances.
 */

readArguments({
  command: 'npm run demo',
  does: 'Plays the main job through the public interfaces, each step printed; exit code 0 only if every message arrived in order, once, after both acceptances. Starts the service and stops it where none runs.',
  environment: {
    'PORT, SANDBOX_PORT': 'where the service is looked for (3000, 3001)',
    'TEMPORAL_ADDRESS, TEMPORAL_PORT': 'its Temporal (127.0.0.1:7233)',
    DATA_DIR: 'the data of a service that it starts (.optgate)',
  },
});

const config = loadConfig(process.env);
const api = `http://127.0.0.1:${config.http.port}`;
const sandbox = `http://127.0.0.1:${config.sandbox.port}`;
const temporalAddress =
  config.temporal.kind === 'external'
    ? config.temporal.address
    : `127.0.0.1:${config.temporal.port}`;

/** The longest this demo waits for one thing to happen, in ms. */
const patienceMs = 60_000;

type OutboxEntry = {
  seq: number;
  channel: 'email' | 'sms';
  to: string;
  subject?: string;
  text: string;
};
type Status = { light: string; reason?: string; queued: number; workflowId: string };

const run = Date.now().toString(36);
const contactId = `demo-${run}`;
const email = `ann.${run}@example.com`;
const phone = `+1202555${String(Math.floor(Math.random() * 9_000) + 1_000)}`;

let stepNumber = 0;
function step(title: string): void {
  stepNumber += 1;
  console.log(`\n${stepNumber}. ${title}`);
}
function say(line: string): void {
  console.log(`   ${line}`);
}

async function main(): Promise<void> {
  const own = (await isRunning()) ? undefined : await startOwn();
  const connection = await Connection.connect({ address: temporalAddress });
  try {
    await play(
      new Client({
        connection,
        namespace: config.temporal.namespace,
        dataConverter: { payloadCodecs: [remoteCodec] },
      }),
    );
  } finally {
    await connection.close();
    if (own) await stopOwn(own);
  }
}

async function play(temporal: Client): Promise<void> {
  const before = (await outbox()).at(-1)?.seq ?? 0;
  const arrived = async (): Promise<OutboxEntry[]> =>
    (await outbox(before)).filter(({ to }) => to === email || to === phone);

  step('A scheduler registers a contact who is reached by email and SMS.');
  await call('PUT', `/v1/contacts/${contactId}`, {
    name: 'Ann Example',
    role: 'client',
    methods: ['email', 'sms'],
    email,
    phone,
  });
  await sayLight();

  step('It queues messages: two over HTTP, two as raw signals from a plain Temporal client.');
  const texts = [
    'Your visit is on Monday at 9.',
    'Please bring your card.',
    'Please fill in the form.',
    'See you on Monday.',
  ];
  await call('POST', `/v1/contacts/${contactId}/messages`, [
    { kind: 'ad_hoc', subject: 'Message 1', body: texts[0] },
    { kind: 'ad_hoc', subject: 'Message 2', body: texts[1] },
  ]);
  for (const index of [2, 3])
    await temporal.workflow.signalWithStart('contact', {
      workflowId: `contact/demo/${contactId}`,
      taskQueue: config.temporal.taskQueue,
      signal: 'sendMessage',
      signalArgs: [
        {
          messageId: `${contactId}-${index + 1}`,
          kind: 'ad_hoc',
          subject: `Message ${index + 1}`,
          body: texts[index],
        },
      ],
    });
  await until('all four are queued', async () => (await status()).queued === 4);
  say('Four messages are queued. Nothing of them may leave yet.');

  step(
    'The opt-in goes out by itself, once per channel: it names the practice, not the person or the visit.',
  );
  await until('both opt-ins arrived', async () => (await arrived()).length === 2);
  for (const entry of await arrived())
    say(`${entry.channel} to ${entry.to}: ${short(entry.subject ?? entry.text)}`);
  await sayLight();

  step('A mail scanner follows the link three times. Looking changes nothing.');
  const link = linkIn((await arrived()).find(({ channel }) => channel === 'email')?.text ?? '');
  for (let visit = 0; visit < 3; visit += 1) await fetch(link);
  check('the light is still red', (await status()).light === 'red');
  await sayLight();

  step('The person opens the page, ticks the box and presses "Yes, I agree".');
  await answerPage(link, 'accept');
  await sayLight();
  check('nothing left after one acceptance of two', (await arrived()).length === 2);

  step('The person replies YES to the text message.');
  await call('POST', '/inbound', { from: phone, text: 'YES' }, sandbox);
  await until('the light is green', async () => (await status()).light === 'green');
  await sayLight();

  step('Everything that waited goes out, in order, once, on both channels.');
  await until('all messages arrived', async () => (await arrived()).length >= 2 + 2 * texts.length);
  const content = (await arrived()).slice(2);
  for (const entry of content) say(`${entry.channel}: ${short(entry.text)}`);
  for (const channel of ['email', 'sms'])
    check(
      `${channel}: each once, in order`,
      same(
        // The sender's name comes before a text and below an email; the words in between are as they were queued.
        content
          .filter((entry) => entry.channel === channel)
          .map(({ text }) => texts.find((words) => text.includes(words)) ?? text),
        texts,
      ),
    );

  step('A message queued now leaves at once.');
  await call('POST', `/v1/contacts/${contactId}/messages`, {
    kind: 'ad_hoc',
    subject: 'Message 5',
    body: 'Until soon.',
  });
  await until(
    'it arrived on both channels',
    async () => (await arrived()).length === 2 + 2 * texts.length + 2,
  );
  for (const entry of (await arrived()).slice(-2)) say(`${entry.channel}: ${short(entry.text)}`);

  const { workflowId } = await status();
  console.log(`\nAll as it should be. The contact's workflow is ${workflowId}.`);
}

/**
 * Seals payloads through the service's codec endpoint, as any scheduler may: Temporal then holds no text, and a payload
 * sealed for one contact's workflow (its id is in the address) is useless in another's.
 */
const remoteCodec: PayloadCodec = {
  encode: (payloads, context) => remote('encode', payloads, context?.workflowId),
  decode: (payloads, context) => remote('decode', payloads, context?.workflowId),
};

async function remote(
  direction: 'encode' | 'decode',
  payloads: Payload[],
  workflowId: string | undefined,
): Promise<Payload[]> {
  const endpoint = workflowId === undefined ? '/codec' : `/codec/${workflowId}`;
  const bytes = (value: string): Buffer => Buffer.from(value, 'base64');
  const text = (value: Uint8Array | null | undefined): string =>
    Buffer.from(value ?? []).toString('base64');
  type Wire = { metadata: Record<string, string>; data: string };
  const { payloads: answer } = (await call('POST', `${endpoint}/${direction}`, {
    payloads: payloads.map(({ metadata, data }) => ({
      metadata: mapValues(metadata ?? {}, text),
      data: text(data),
    })),
  })) as { payloads: Wire[] };
  return answer.map(({ metadata, data }) => ({
    metadata: mapValues(metadata, bytes),
    data: bytes(data),
  }));
}

function mapValues<A, B>(record: Record<string, A>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

async function call(method: string, path: string, body: unknown, base = api): Promise<unknown> {
  const response = await fetch(base + path, {
    method,
    headers: { authorization: 'Bearer demo-key', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

async function status(): Promise<Status> {
  return (await call('GET', `/v1/contacts/${contactId}`, undefined)) as Status;
}

async function sayLight(): Promise<void> {
  const { light, reason } = await status();
  say(`The light is ${light}${reason === undefined ? '' : ` (${reason})`}.`);
}

async function outbox(after = 0): Promise<OutboxEntry[]> {
  return (await call('GET', `/outbox?after=${after}`, undefined, sandbox)) as OutboxEntry[];
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited ${patienceMs / 1_000} s in vain: ${what}`);
    await delay(100);
  }
}

function check(what: string, holds: boolean): void {
  if (!holds) throw new Error(`this should hold and does not: ${what}`);
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function linkIn(text: string): string {
  const link = /https?:\/\/\S+\/o\/\S+/.exec(text)?.[0];
  if (link === undefined) throw new Error('the opt-in email has no link');
  return link;
}

/** On one line. */
function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
}

async function isRunning(): Promise<boolean> {
  try {
    return (await fetch(`${api}/readyz`)).ok;
  } catch {
    return false;
  }
}

async function startOwn(): Promise<ChildProcess> {
  console.log('No service is running here: starting one (the first time this takes some minutes).');
  const child = spawn(process.execPath, entryArguments('start'), {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the service ended with code ${String(code)} before it was ready`);
  });
  const ready = (async () => {
    while (!(await isRunning())) await delay(250);
  })();
  await Promise.race([ready, ended]);
  ended.catch(() => undefined);
  return child;
}

async function stopOwn(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  await ended;
}

try {
  await main();
} catch (error) {
  console.error(`\nThe demo failed: ${(error as Error).message}`);
  process.exitCode = 1;
}
