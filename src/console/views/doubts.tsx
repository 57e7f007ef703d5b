import { contactAddress } from './contacts.tsx';
import { Time } from './layout.tsx';
import { phoneInWords } from './phone.ts';
import { Csrf } from './said.tsx';
import type { Channel, Reply } from './shapes.ts';
import { nameOf, Person } from './who.tsx';

/** Replies that may be a stop: the person's words, the reason for the hold, and one press to settle it. */

export function isDoubtful({ meaning, resolvedAs }: Reply): boolean {
  return meaning === 'doubtful_stop' && resolvedAs === undefined;
}

export function Doubts(props: {
  replies: readonly Reply[];
  zone: string;
  csrf: string;
}): JSX.Element {
  const { replies, zone, csrf } = props;
  return (
    <>
      {replies.map((reply) => (
        <article class="doubt">
          <Wrote reply={reply} zone={zone} />
          <blockquote safe>{saidIn(reply)}</blockquote>
          <p safe>{held(reply)}</p>
          <Settle reply={reply} csrf={csrf} />
        </article>
      ))}
    </>
  );
}

/** A reply's words. */
export function saidIn({ text, unreadable }: Pick<Reply, 'text' | 'unreadable'>): string {
  return unreadable ? 'This reply can’t be opened any more. Please tell us.' : text;
}

/** The person's name first; a number that no contact has says so. */
export function Wrote({ reply, zone }: { reply: Reply; zone: string }): JSX.Element {
  const { contact, contactId, from } = reply;
  const known = contact ?? (contactId === undefined ? undefined : { id: contactId });
  return (
    <p class="wrote">
      {known === undefined ? (
        <strong>Somebody we don’t know</strong>
      ) : (
        <>
          <a href={contactAddress(known.id)}>
            <strong safe>{nameOf(known)}</strong>
          </a>{' '}
          <Person contact={known} />
        </>
      )}{' '}
      <a href={`tel:${from}`} safe>
        {phoneInWords(from)}
      </a>{' '}
      <span class="quiet">
        <Time iso={reply.receivedAt} zone={zone} />
      </span>
    </p>
  );
}

function held(reply: Reply): string {
  const { doubt } = reply;
  const hold = holdOf(reply);
  switch (doubt) {
    case 'deceased':
      return `This may say that the patient has died. ${hold}`;
    case 'wrong_person':
      return `Somebody else may have this number. ${hold}`;
    default:
      return `This may be a request to stop. ${hold}`;
  }
}

/** After the person's own START or STOP nothing is held any more, but staff still read the reply. */
function holdOf({ from, contact }: Reply): string {
  const sms = contact?.channels.sms;
  if (sms === undefined) return holdsUntilSettled;
  if (sms.address !== from) return otherNumber(sms);
  if (sms.doubtful) return holdsUntilSettled;
  return sms.state === 'revoked'
    ? 'Texts to this number have been stopped since.'
    : 'Nothing is held any more.';
}

const holdsUntilSettled = 'Nothing is sent to this number until you settle it.';

/** The reply is about the number that it came from, and says nothing about the one they have now. */
export function otherNumber({ address }: Channel): string {
  return address === undefined ? 'They have no number now.' : 'They have another number now.';
}

/** `all`: every channel of the contact is stopped, because nobody is there any more. */
export const settlements = ['stop', 'all', 'yes', 'nothing'] as const;
export type Settlement = (typeof settlements)[number];

function Settle({ reply, csrf }: { reply: Reply; csrf: string }): JSX.Element {
  return (
    <form method="post" action={`/console/replies/${reply.id}/resolve`} class="choice">
      <Csrf token={csrf} />
      {choices(reply).map(([as, text], index) => (
        <button name="as" value={as} class={index === 0 ? 'danger' : ''} safe>
          {text}
        </button>
      ))}
    </form>
  );
}

function choices({ doubt, asked, contactId }: Reply): [Settlement, string][] {
  const keep: [Settlement, string] = ['nothing', 'Keep texting'];
  switch (doubt) {
    case 'deceased':
      return contactId === undefined
        ? [['stop', 'Stop texts to this number'], keep]
        : [
            ['all', 'They have died: stop all messages'],
            ['stop', 'Stop texts to this number only'],
            keep,
          ];
    case 'wrong_person':
      return [
        ['stop', 'Not their number: stop texts to it'],
        ['nothing', 'It is their number: keep texting'],
      ];
    default:
      return [
        ['stop', 'Stop texts to this number'],
        keep,
        ...(asked ? [['yes', 'Count as yes'] satisfies [Settlement, string]] : []),
      ];
  }
}
