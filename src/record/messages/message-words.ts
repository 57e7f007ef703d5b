import type { MessageContent } from '../../core/message/message.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Message } from '../../platform/db/generated/client.ts';
import { placeOf } from '../../platform/db/sealed-columns.ts';

/** A message's words, and its caller's label for it (`about`): sealed, and opened only to be sent or shown. */

type Row = Pick<Message, 'practiceId' | 'id'>;

/** The columns that opening takes. */
export const wordColumns = {
  practiceId: true,
  id: true,
  contentEnc: true,
  about: true,
  aboutEnc: true,
} as const;

/** `content`: as JSON. */
export function sealWords(
  db: Database,
  { practiceId, id }: Row,
  content: string,
  about: string | undefined,
) {
  return {
    contentEnc: db.cipher.seal(content, placeOf('messages.content', practiceId, id)),
    aboutEnc:
      about === undefined ? null : db.cipher.seal(about, placeOf('messages.about', practiceId, id)),
    about: null,
  };
}

/** The remains of an erased message's words. */
export const erasedWords = { contentEnc: '', aboutEnc: null, about: null };

export function openContent(
  db: Database,
  { practiceId, id, contentEnc }: Row & Pick<Message, 'contentEnc'>,
): MessageContent {
  if (contentEnc === erasedWords.contentEnc) return {};
  const text = db.cipher.open(contentEnc, placeOf('messages.content', practiceId, id));
  return JSON.parse(text) as MessageContent;
}

/** A release wrote it in the clear; `npm run admin -- reencrypt` moves it. */
export function openAbout(
  db: Database,
  { practiceId, id, about, aboutEnc }: Row & Pick<Message, 'about' | 'aboutEnc'>,
): string | null {
  if (aboutEnc === null) return about;
  return db.cipher.open(aboutEnc, placeOf('messages.about', practiceId, id));
}
