import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../calls.ts';
import type { Installation } from '../installation.ts';
import type { Scene } from '../scene.ts';
import { accept, newBystander, write } from './bystanders.ts';
import { inDatabase } from './database.ts';
import type { Upheaval } from './field.ts';

/** Until it is due, in ms: long enough to be spoilt before. */
const dueInMs = 8_000;
const acceptMs = 60_000;
const failMs = 60_000;

/**
 * A message that does not open when it is due, as where a disk or an operator damaged it. It is due together with
 * everybody's; the contact's next one leaves, and so do theirs. Put right in the end, as from a backup: a rotation of
 * the key counts what does not open.
 */
export const unreadableRow: Upheaval = async ({ service, world }) => {
  const { journal } = world;
  const scene = await newBystander(world, 'damaged');
  await write(scene);
  if (!(await accept(scene, acceptMs))) {
    journal.surprise(`${scene.contact.id} could not say yes in ${acceptMs} ms`);
    return;
  }
  const sendAt = Math.round(Date.now() + dueInMs);
  const { id } = await write(scene, { sendAt });
  const whole = await spoil(service, id);
  if (whole === undefined) return;
  try {
    journal.data.spoiled.push({ messageId: id, at: Date.now() });
    const next = await write(scene, { sendAt: sendAt + 1 });
    if (next.ended !== undefined)
      journal.data.promised.push({ messageId: next.id, why: 'the one before did not open' });
    await untilFailed(scene, id);
  } finally {
    await restore(service, id, whole);
  }
};

/** Returns the sealed value of before; undefined: it is under way already, or gone. */
function spoil(service: Installation, messageId: string): Promise<string | undefined> {
  return inDatabase(service, async (client) => {
    const { rows } = await client.query<{ whole: string }>(
      // The tag where the sealed words were, and the other way round.
      `UPDATE messages m
       SET content_enc = regexp_replace(old.content_enc, '([^.]+)[.]([^.]+)[.]2$', '\\2.\\1.2')
       FROM messages old
       WHERE m.id = $1 AND m.practice_id = 'demo' AND old.id = m.id AND old.practice_id = m.practice_id
         AND EXISTS (SELECT FROM deliveries d WHERE d.message_id = m.id AND d.practice_id = m.practice_id
           AND d.status = 'queued')
       RETURNING old.content_enc AS whole`,
      [messageId],
    );
    return rows[0]?.whole;
  });
}

function restore(service: Installation, messageId: string, whole: string): Promise<void> {
  return inDatabase(service, async (client) => {
    await client.query(
      `UPDATE messages SET content_enc = $2 WHERE id = $1 AND practice_id = 'demo'`,
      [messageId, whole],
    );
  });
}

async function untilFailed({ calls, journal }: Scene, messageId: string): Promise<void> {
  for (const deadline = Date.now() + failMs; Date.now() < deadline; await sleep(500)) {
    const { status, body } = await calls.api('GET', `/messages/${messageId}`);
    if (status !== 200)
      journal.surprise(`GET a damaged message answered ${status} ${codeOf(body) ?? ''}`);
    if ((body as { status?: string }).status === 'failed') return;
  }
  journal.surprise(`a damaged message had not failed in ${failMs} ms`);
}
