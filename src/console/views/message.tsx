import { contactAddress } from './contacts.tsx';
import { Area, Input } from './fields.tsx';
import { Console, Live, Time, Written, type Frame } from './layout.tsx';
import { Csrf, Shown } from './said.tsx';
import { messageAddress, Why } from './queue.tsx';
import { kindNames, methodNames, statusNames } from './say.ts';
import type { Contact, WrittenMessage } from './shapes.ts';

type MessagePage = {
  frame: Frame;
  zone: string;
  message: WrittenMessage;
  who: Contact;
  smsFrom: string | undefined;
};

/** One message: its words, and its outcome on each method. */
export function messagePage({ frame, ...part }: MessagePage): string {
  const { message, who } = part;
  return String(
    <Console title={kindNames[message.kind]} who={who} frame={frame} here="/console">
      <p>
        <a href={contactAddress(message.contactId)}>Back to the contact</a>
      </p>
      <StandingOf {...part} />
      <h2>Words</h2>
      {wordsOf(message).map(({ name, subject, text }) => (
        <figure>
          <figcaption safe>{name}</figcaption>
          <Written subject={subject} text={text} />
        </figure>
      ))}
      {message.sentInTheClear ? (
        <p class="note">
          This message came as a Temporal signal whose payload was not encoded: its text is in the
          workflow’s history in the clear.
        </p>
      ) : (
        ''
      )}
    </Console>,
  );
}

type MessagePart = Omit<MessagePage, 'frame'>;

/** The part that keeps itself up to date. */
export function messageStanding(part: MessagePart): string {
  return String(<StandingOf {...part} />);
}

function StandingOf({ message, zone, who, smsFrom }: MessagePart): JSX.Element {
  return (
    <Live id="standing" from={`/console/live/messages/${encodeURIComponent(message.id)}`}>
      <dl>
        <dt>Status</dt>
        <dd>
          <span safe>{statusNames[message.status]}</span>{' '}
          <Why message={message} zone={zone} known={{ channels: who.channels, smsFrom }} />
        </dd>
        <dt>Not before</dt>
        <dd>
          <Time iso={message.sendAt} zone={zone} />
        </dd>
        {message.notAfter === undefined ? (
          ''
        ) : (
          <>
            <dt>Don’t send after</dt>
            <dd>
              <Time iso={message.notAfter} zone={zone} />
            </dd>
          </>
        )}
        {message.eventAt === undefined ? (
          ''
        ) : (
          <>
            <dt>About</dt>
            <dd>
              <Time iso={message.eventAt} zone={zone} />
            </dd>
          </>
        )}
      </dl>
    </Live>
  );
}

function wordsOf({ subject, body, content = {} }: WrittenMessage) {
  const own = (['email', 'sms', 'fax'] as const).flatMap((method) => {
    const words = content[method];
    return words ? [{ name: methodNames[method], subject: words.subject, text: words.text }] : [];
  });
  return body === undefined ? own : [{ name: 'Everywhere', subject, text: body }, ...own];
}

/** `sendAt`: as a field for a local time wants it. */
export function messageForm(props: {
  frame: Frame;
  message: WrittenMessage;
  who: Contact;
  sendAt: string;
  shown: unknown;
}): string {
  const { frame, message, who, sendAt, shown } = props;
  const problems = frame.problem?.fields;
  const at = messageAddress(message.id);
  return String(
    <Console title={`Edit: ${kindNames[message.kind]}`} who={who} frame={frame} here="/console">
      <form method="post" action={`${at}/edit`} class="stack">
        <Csrf token={frame.csrf} />
        <Shown values={shown} />
        {message.body === undefined ? (
          <p class="hint">
            Its words differ by channel, or come from a template; only its time can be changed here.
          </p>
        ) : (
          <>
            <Input
              name="subject"
              label="Subject (email only)"
              value={message.subject ?? ''}
              maxlength={200}
              problems={problems}
            />
            <Area
              name="body"
              label="Message"
              value={message.body}
              rows={6}
              required
              problems={problems}
            />
          </>
        )}
        <Input
          name="sendAt"
          label="Not before"
          type="datetime-local"
          value={sendAt}
          required
          problems={problems}
        />
        <button class="main">Save</button>
        <a href={contactAddress(message.contactId)}>Leave it as it is</a>
      </form>
    </Console>,
  );
}
