import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'safe-stable-stringify';
import { normalised } from '../../core/accents.ts';
import { readIncoming } from '../../core/incoming.ts';
import { messageSchema, type MessageInput } from '../../core/message/message-schema.ts';
import { aliasesOf } from '../contacts/alias-store.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { MessageEntry } from './message-store.ts';
import type { MessageContent } from '../../core/message/message.ts';

/**
 * Whether a call repeats a message: everything it says is equal, in whatever order its fields were written, under
 * whichever of its ids the contact was called, and however the same text is spelled.
 */

/** The stored form of a message that was there before. */
export type Before = { contentHash: string; about: string | null; content: MessageContent };

export function contentHash(db: Database, contactId: string, input: MessageInput): string {
  return db.lookup.hash('message', stringify([contactId, { ...input, id: undefined }]));
}

export async function isSameMessage(
  db: Database,
  sql: Sql,
  practiceId: string,
  { contactId, input, written = input, sent }: MessageEntry,
  before: Before,
): Promise<boolean> {
  const spellings = [...spellingsOf(written, before), ...(sent ? [sent] : [])];
  const isStored = (id: string): boolean =>
    spellings.some((spelling) => contentHash(db, id, spelling) === before.contentHash);
  if (isStored(contactId)) return true;
  // A caller may still name the contact as it was called when the message was stored, or the other way round.
  return (await aliasesOf(sql, { practiceId, contactId })).some(isStored);
}

/**
 * The spellings it may have been hashed in. Texts from before incoming ones were cleaned (incoming-text.ts) are stored,
 * and hashed, as they were sent: this cleans the stored text, and where that equals the call's, uses the stored
 * spelling.
 */
function spellingsOf(written: MessageInput, before: Before): MessageInput[] {
  const stored = wordsOf(
    written.template === undefined
      ? { ...before.content, about: before.about }
      : { about: before.about },
  );
  const { value, problems } = readIncoming(messageSchema, stored);
  const same = problems.length === 0 && isDeepStrictEqual(value, wordsOf(written));
  return [written, ...(same ? [{ ...written, ...stored }] : [])].flatMap(withDataRespelled);
}

/** Only the rendered template is stored, not its values: tries their usual spellings. */
function withDataRespelled(input: MessageInput): MessageInput[] {
  const { data } = input;
  if (data === undefined) return [input];
  const respelled = (respell: (text: string) => string): MessageInput => ({
    ...input,
    data: Object.fromEntries(
      Object.entries(data).map(([name, value]) => [
        name,
        typeof value === 'string' ? respell(value) : value,
      ]),
    ),
  });
  return [input, ...usualSpellings.map(respelled)];
}

const decomposed = (text: string): string => normalised(text, 'NFD');
const withCrLf = (text: string): string => text.replaceAll('\n', '\r\n');
const usualSpellings = [decomposed, withCrLf, (text: string) => withCrLf(decomposed(text))];

type Words = Pick<MessageInput, 'subject' | 'body' | 'content' | 'about'>;

function wordsOf(of: { [Name in keyof Words]?: Words[Name] | null }): Words {
  const { subject, body, content, about } = of;
  return Object.fromEntries(
    Object.entries({ subject, body, content, about }).filter(([, words]) => words != null),
  );
}
