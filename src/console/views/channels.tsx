import { consentMethods, type ConsentMethod } from '../../core/method.ts';
import { contactAddress } from './contacts.tsx';
import { Time, timeIn } from './layout.tsx';
import { phoneInWords } from './phone.ts';
import { answerInWords, channelReason, methodNames } from './say.ts';
import { Csrf } from './said.tsx';
import type { Answer, Channel, Contact } from './shapes.ts';
import { howToStartAgain } from './why-not-sent.ts';

/** A contact's channels side by side: each one's state, its evidence in short, and its actions. */

export type ChannelsProps = {
  contact: Contact;
  /** Newest first. */
  answers: readonly Answer[];
  zone: string;
  csrf: string;
  smsFrom: string | undefined;
  /** When the next message is due that would make us ask; undefined: none is waiting. */
  asksAt: string | undefined;
  now: string;
  /** The practice asks automatically. */
  asks: boolean;
  /** The replies that may be a stop are shown above. */
  doubtsShown: boolean;
};

export function Channels(props: ChannelsProps): JSX.Element {
  return (
    <div class="channels">
      {consentMethods.map((method) => {
        const channel = props.contact.channels[method];
        return channel ? <Card {...props} method={method} channel={channel} /> : '';
      })}
    </div>
  );
}

type CardProps = ChannelsProps & { method: ConsentMethod; channel: Channel };

/** Answers of one channel that are shown without the evidence page. */
const answersOnCard = 6;

function Card(props: CardProps): JSX.Element {
  const { method, channel, zone, answers } = props;
  // A STOP said twice, or reported by the provider too, is one STOP.
  const own = answers.filter(
    (answer) => answer.method === method && answer.outcome !== 'unchanged',
  );
  return (
    <section
      class={`card ${channel.doubtful ? 'doubtful' : channel.state}`}
      aria-label={methodNames[method]}
    >
      <h2 safe>{methodNames[method]}</h2>
      <p class="quiet" safe>
        {channel.address === undefined
          ? 'no address'
          : method === 'email'
            ? channel.address
            : phoneInWords(channel.address)}
      </p>
      <p class="state">
        <strong safe>{headline(props, own)}</strong>
      </p>
      {lines(props).map((line) => (
        <p class="hint" safe>
          {line}
        </p>
      ))}
      <Acts {...props} />
      {own.length === 0 ? (
        ''
      ) : (
        <ol class="said-when" aria-label={`${methodNames[method]}: who said what`}>
          {own.slice(0, answersOnCard).map((answer) => (
            <li>
              <Time iso={answer.at} zone={zone} /> <span safe>{answerInWords(answer)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

const by = (answers: readonly Answer[], type: Answer['type']): Answer | undefined =>
  answers.find((answer) => answer.type === type && answer.outcome === undefined);

function headline({ channel, zone }: CardProps, own: readonly Answer[]): string {
  const on = (answer: Answer | undefined): string =>
    answer === undefined ? '' : ` on ${timeIn(zone)(answer.at)}`;
  if (channel.doubtful) return 'On hold: a reply may be a stop';
  switch (channel.state) {
    case 'not_sent':
      return 'Not asked yet';
    case 'sent':
      return 'Asked, no answer yet';
    case 'accepted':
      return channel.acceptedAt === undefined
        ? 'Agreed'
        : `Agreed on ${timeIn(zone)(channel.acceptedAt)}`;
    case 'declined': {
      const no = by(own, 'declined');
      return no === undefined ? 'Said no' : `Said no${on(no)}${way(no)}`;
    }
    case 'revoked':
      return channel.reason === 'by staff'
        ? `Stopped by staff${on(by(own, 'revoked'))}`
        : `Asked to stop${on(by(own, 'revoked'))}`;
    case 'failed':
      return 'Could not be asked';
    case 'waived':
      return 'Skipped by staff';
  }
}

/** A pending question stands out; after it, asking again is available but quiet. */
function prominence(state: Channel['state']): string {
  if (state === 'sent') return 'plain';
  return state === 'waived' ? '' : 'main';
}

function way({ via }: Answer): string {
  if (via === 'sms') return ' by text';
  return via === 'page' ? ' on the email’s page' : '';
}

/** The effects of the state, true in each of them. */
function lines(props: CardProps): string[] {
  const { method, channel, smsFrom, asks, asksAt, now, zone } = props;
  const reason =
    channel.state === 'declined' || channel.state === 'accepted' ? undefined : channel.reason;
  const words = channelReason(reason);
  const why = words === '' ? [] : [words];
  if (channel.doubtful) return [howToSettle(props), ...why];
  switch (channel.state) {
    case 'not_sent':
      if (channel.reason !== undefined) return why;
      if (!asks) return ['Your practice does not ask automatically.'];
      if (asksAt === undefined)
        return ['We ask automatically just before the first message is due. None is waiting.'];
      return asksAt <= now
        ? ['We are asking now, because a message is due.']
        : [`We ask automatically on ${timeIn(zone)(asksAt)}, before the next message.`];
    case 'revoked':
      return [...why, `Nothing is sent here: ${howToStartAgain(method, smsFrom)}.`];
    case 'declined':
      return channel.reason === undefined
        ? ['Nothing is sent here, and nobody asks again automatically.']
        : [channelReason(channel.reason)];
    case 'waived':
      return [...why, 'It does not hold back the other channels.'];
    case 'sent':
    case 'failed':
    case 'accepted':
      return why;
  }
}

/** A reply to another practice of the same number is not this one's to read. */
function howToSettle({ doubtsShown }: CardProps): string {
  return doubtsShown
    ? 'Nothing is sent here until you settle the reply above.'
    : 'Nothing is sent here until they text START, or you have asked them and settle it.';
}

/** One main button, where there is one; acts that need a second thought are quiet links to their own pages. */
function Acts(props: CardProps): JSX.Element {
  const { contact, method, channel, csrf, zone } = props;
  if (!contact.registered) return <></>;
  const at = contactAddress(contact.id);
  const { state, lastSentAt } = channel;
  const by = methodNames[method].toLowerCase();
  const mayAsk = !channel.doubtful && ['not_sent', 'sent', 'failed', 'waived'].includes(state);
  return (
    <>
      {mayAsk ? (
        <form method="post" action={`${at}/opt-in`}>
          <Csrf token={csrf} />
          <button class={prominence(state)} name="method" value={method}>
            {lastSentAt === undefined && state !== 'failed' ? 'Send' : 'Retry'} the opt-in by {by}
          </button>
          <span class="hint">
            {lastSentAt === undefined ? (
              'Not sent yet.'
            ) : (
              <>
                Last sent <Time iso={lastSentAt} zone={zone} />.
              </>
            )}
          </span>
        </form>
      ) : (
        ''
      )}
      <p class="quiet-acts">
        {channel.doubtful && !props.doubtsShown ? (
          <a href={`${at}/settle/${method}`}>No stop was meant…</a>
        ) : (
          ''
        )}
        {state === 'declined' && channel.reason === undefined ? (
          <a href={`${at}/ask-again/${method}`}>Ask again by {by}…</a>
        ) : (
          ''
        )}
        {state === 'revoked' ? '' : <a href={`${at}/stop/${method}`}>Stop {by}s…</a>}
      </p>
    </>
  );
}
