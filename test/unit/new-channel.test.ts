import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

/**
 * A channel that nobody has thought about must not be sent like another one. It is added to a copy of the registry, and
 * the compiler has to name each place where somebody decides about channels.
 */

const root = fileURLToPath(new URL('../../', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'new-channel-'));
afterAll(() => rmSync(copy, { recursive: true }));

let found: Set<string>;
beforeAll(async () => {
  for (const folder of ['src', 'workflows', 'activities'])
    cpSync(join(root, folder), join(copy, folder), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  cpSync(join(root, 'package.json'), join(copy, 'package.json'));
  const config = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as object;
  const include = ['src', 'workflows', 'activities'];
  writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify({ ...config, include }));
  const registry = join(copy, 'src/core/method.ts');
  const text = readFileSync(registry, 'utf8');
  const changed = text
    .replace("Transport = 'email' | 'sms'", "Transport = 'email' | 'sms' | 'pigeon'")
    .replace(
      '  email: {',
      "  pigeon: { needsConsent: true, transport: 'pigeon', field: 'loft', address: 'loft', parts: [] },\n  email: {",
    )
    .replace("'mailbox' | 'number'", "'mailbox' | 'number' | 'loft'");
  if (changed.match(/pigeon/g)?.length !== 3) throw new Error('the registry is written otherwise');
  writeFileSync(registry, changed);
  const compiler = join(root, 'node_modules/.bin/tsc');
  const { stdout } = await promisify(execFile)(compiler, ['-p', copy, '--pretty', 'false'], {
    cwd: copy,
    maxBuffer: 2 ** 26,
  }).catch((failed: { stdout: string }) => failed);
  found = new Set(Array.from(stdout.matchAll(/^(\S+?)\(\d+,\d+\): error/gm), ([, file]) => file!));
}, 120_000);

it.each([
  ['how an address is read, shown and refused', 'src/core/address.ts'],
  ['whether it is asked by its own messages', 'src/core/consent/gate.ts'],
  ['its part of the consent', 'src/core/consent/consent-state.ts'],
  ['why it has no address', 'src/core/consent/consent-channel.ts'],
  ['the sender of its requests', 'src/core/sender.ts'],
  ['its part of a message', 'src/core/message/message.ts'],
  ['the name of that part', 'src/core/message/message-schema.ts'],
  ['its field of a registration', 'src/record/contacts/contact-body.ts'],
  ['its address at a registration', 'src/record/contacts/contact-store.ts'],
  ['the provider that takes it', 'src/channels/providers.ts'],
  ['what a provider is given', 'src/delivery/compose-delivery.ts'],
  ['how a call is frozen', 'src/delivery/claim.ts'],
  ['its opt-in', 'src/features/opt-in/render-opt-in.ts'],
  ['the shipped words, in English', 'src/templates/default-en.ts'],
  ['… and in Spanish', 'src/templates/default-es.ts'],
  ['its words on the opt-in’s page', 'src/features/opt-in/words.en.ts'],
  ['its words on the preferences’ page', 'src/features/preferences/words.en.ts'],
  ['its words in a booking', 'src/features/booking/words.en.ts'],
  ['its name for staff', 'src/console/views/say.ts'],
])('of a new channel the compiler asks for %s', (_what, file) => {
  expect([...found].toSorted()).toContain(file);
});
