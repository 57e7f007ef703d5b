import { contactAddress } from './contacts.tsx';
import { Console, Csrf, Live, Shown, Time, Written, type Frame } from './layout.tsx';
import { messageAddress, Why } from './queue.tsx';
import { kindNames, methodNames, statusNames } from './say.ts';
import type { WrittenMessage } from './shapes.ts';

type MessagePage = { frame: Frame; zone: string; message: WrittenMessage };

/** One message: its words, and what became of it on each way. */
export function messagePage({ frame, zone, message }: MessagePage): string {
  return String(
    <Console title={kindNames[message.kind]} frame={frame} here="/console">
      <p>
        <a href={contactAddress(message.contactId)}>Back to the contact</a>
      </p>
      <StandingOf message={message} zone={zone} />
      <h2>Words</h2>
      {wordsOf(message).map(({ name, subject, text }) => (
        <figure>
          <figcaption safe>{name}</figcaption>
          <Written subject={subject} text={text} />
        </figure>
      ))}
      {message.sentInTheClear ? (
        <p class="note">
          This message came as a Temporal signal whose payload was not encoded: its text stands in
          the workflow’s history in the clear.
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

function StandingOf({ message, zone }: MessagePart): JSX.Element {
  return (
    <Live id="standing" from={`/console/live/messages/${encodeURIComponent(message.id)}`}>
      <dl>
        <dt>Status</dt>
        <dd>
          <span safe>{statusNames[message.status]}</span> <Why message={message} zone={zone} />
        </dd>
        <dt>Not before</dt>
        <dd>
          <Time iso={message.sendAt} zone={zone} />
        </dd>
        {message.notAfter === undefined ? (
          ''
        ) : (
          <>
            <dt>Worthless after</dt>
            <dd>
              <Time iso={message.notAfter} zone={zone} />
            </dd>
          </>
        )}
        {message.eventAt === undefined ? (
          ''
        ) : (
          <>
            <dt>About something on</dt>
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
  sendAt: string;
  shown: unknown;
}): string {
  const { frame, message, sendAt, shown } = props;
  const at = messageAddress(message.id);
  return String(
    <Console title={`Edit: ${kindNames[message.kind]}`} frame={frame} here="/console">
      <form method="post" action={`${at}/edit`} class="stack">
        <Csrf token={frame.csrf} />
        <Shown values={shown} />
        {message.body === undefined ? (
          <p class="hint">
            Its words differ by channel, or come from a template; only its time can be changed here.
          </p>
        ) : (
          <>
            <label for="subject">Subject (email only)</label>
            <input id="subject" name="subject" value={message.subject ?? ''} maxlength={200} />
            <label for="body">Message</label>
            <textarea id="body" name="body" rows="6" required safe>
              {message.body}
            </textarea>
          </>
        )}
        <label for="sendAt">Not before</label>
        <input id="sendAt" name="sendAt" type="datetime-local" value={sendAt} required />
        <button class="main">Save</button>
        <a href={contactAddress(message.contactId)}>Leave it as it is</a>
      </form>
    </Console>,
  );
}
