import { consentMethods } from '../../domain/method.ts';
import { contactAddress, Select } from './contacts.tsx';
import { Console, Csrf, LightOf, Live, Table, Time, type Frame } from './layout.tsx';
import { QueueOf } from './queue.tsx';
import { greenReason, methodNames, redReason, stateNames } from './say.ts';
import type { Contact, Message } from './shapes.ts';

/** How the contact stands, and its queue: the part that keeps itself up to date. */
export type Standing = {
  csrf: string;
  zone: string;
  /** When this was so; ISO 8601. */
  seenAt: string;
  contact: Contact;
  waiting: Message[];
  /** There are more that wait than are shown. */
  moreWaiting: boolean;
  latest: Message[];
  /** Set where the opt-in email has been unanswered for a day. */
  unanswered: boolean;
};

/** `newMessageId`: of the message that may be written here. `workflowUrl`: in the Temporal UI. */
export function contactPage(props: {
  frame: Frame;
  standing: Standing;
  newMessageId: string;
  workflowUrl?: string;
}): string {
  const { frame, standing, newMessageId, workflowUrl } = props;
  const { contact, csrf } = standing;
  const at = contactAddress(contact.id);
  return String(
    <Console title={contact.name ?? contact.id} frame={frame} here="/console">
      <StandingOf standing={standing} />
      {contact.registered ? (
        <>
          <section aria-labelledby="do">
            <h2 id="do">What you can do</h2>
            <MessageForm csrf={csrf} at={at} id={newMessageId} />
            <ConsentForm standing={standing} at={at} />
            <WaiverForm standing={standing} at={at} />
            <StopForm standing={standing} at={at} />
          </section>
        </>
      ) : (
        ''
      )}
      <p class="row">
        <a class="button" href={`${at}/edit`}>
          {contact.registered ? 'Edit the contact' : 'Register the contact'}
        </a>
        <a class="button" href={`${at}/evidence`}>
          Evidence
        </a>
        {workflowUrl === undefined ? (
          ''
        ) : (
          <a class="button" href={workflowUrl} rel="noreferrer">
            Workflow in Temporal
          </a>
        )}
      </p>
    </Console>,
  );
}

export function contactStanding(standing: Standing): string {
  return String(<StandingOf standing={standing} />);
}

function StandingOf({ standing }: { standing: Standing }): JSX.Element {
  const { contact, zone, unanswered, csrf } = standing;
  return (
    <Live id="standing" from={`/console/live/contacts/${encodeURIComponent(contact.id)}`}>
      <p class="headline">
        <LightOf light={contact.light} />
        <span safe>
          {contact.light === 'green' ? greenReason(contact) : redReason(contact.reason)}
        </span>
      </p>
      <ChannelTable contact={contact} zone={zone} />
      {contact.registered ? <OptInForm standing={standing} /> : ''}
      {unanswered ? <ReadOut /> : ''}
      <QueueOf
        waiting={standing.waiting}
        more={standing.moreWaiting}
        latest={standing.latest}
        zone={zone}
        csrf={csrf}
      />
    </Live>
  );
}

const channelColumns = {
  channel: 'Channel',
  address: 'Address',
  consent: 'Consent',
  sent: 'Opt-in last sent',
  yes: 'Said yes',
};

function ChannelTable({ contact, zone }: { contact: Contact; zone: string }): JSX.Element {
  return (
    <Table caption="Channels" columns={Object.values(channelColumns)} cards>
      {consentMethods.map((method) => {
        const channel = contact.channels[method];
        if (!channel) return '';
        return (
          <tr>
            <th scope="row" safe>
              {methodNames[method]}
            </th>
            <td data-label={channelColumns.address} safe>
              {channel.address ?? 'none'}
            </td>
            <td data-label={channelColumns.consent}>
              <span safe>{stateNames[channel.state] ?? channel.state}</span>
              <span class="why" safe>
                {channel.reason ?? ''}
              </span>
            </td>
            <td data-label={channelColumns.sent}>
              {channel.lastSentAt ? <Time iso={channel.lastSentAt} zone={zone} /> : 'never'}
            </td>
            <td data-label={channelColumns.yes}>
              {channel.acceptedAt ? <Time iso={channel.acceptedAt} zone={zone} /> : 'not yet'}
            </td>
          </tr>
        );
      })}
    </Table>
  );
}

/** An opt-in email without an answer for a day is often in another folder. */
function ReadOut(): JSX.Element {
  return (
    <div class="note">
      <p>
        The opt-in email has been unanswered for a day. If you talk to the person, you can read this
        out:
      </p>
      <blockquote>
        “We sent you an email that asks whether we may write to you. It may be in another folder: in
        Gmail look under Promotions, in Outlook under Other, and in Junk. Open it and press the
        button that says yes. If you cannot find it, I can send it again right now.”
      </blockquote>
    </div>
  );
}

function OptInForm({ standing }: { standing: Standing }): JSX.Element {
  const { contact, csrf, zone } = standing;
  const at = contactAddress(contact.id);
  const open = consentMethods.filter((method) => {
    const state = contact.channels[method]?.state;
    return state !== undefined && state !== 'accepted' && state !== 'revoked';
  });
  if (open.length === 0) return <></>;
  return (
    <form method="post" action={`${at}/opt-in`} class="row">
      <Csrf token={csrf} />
      {open.map((method) => {
        const { state, lastSentAt } = contact.channels[method]!;
        return (
          <span>
            <button class="main" name="method" value={method}>
              {lastSentAt === undefined && state !== 'failed' ? 'Send' : 'Retry'} the opt-in by{' '}
              {methodNames[method].toLowerCase()}
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
          </span>
        );
      })}
    </form>
  );
}

/** The form brings the message's id along: pressed twice it is one message. */
function MessageForm({ csrf, at, id }: { csrf: string; at: string; id: string }): JSX.Element {
  return (
    <details>
      <summary>Write a message</summary>
      <form method="post" action={`${at}/messages`} class="stack">
        <Csrf token={csrf} />
        <input type="hidden" name="id" value={id} />
        <label for="subject">Subject (email only)</label>
        <input id="subject" name="subject" maxlength={200} />
        <label for="body">Message</label>
        <textarea id="body" name="body" rows="4" required />
        <label for="sendAt">Not before (empty: now)</label>
        <input id="sendAt" name="sendAt" type="datetime-local" />
        <button>Queue the message</button>
      </form>
    </details>
  );
}

/** What staff saw goes along: a consent is about that address, and not about one that was entered meanwhile. */
function ConsentForm({ standing, at }: { standing: Standing; at: string }): JSX.Element {
  const { contact, csrf, seenAt } = standing;
  return (
    <details>
      <summary>Record a consent that was given elsewhere</summary>
      <form method="post" action={`${at}/consents`} class="stack">
        <Csrf token={csrf} />
        <input type="hidden" name="seenAt" value={seenAt} />
        {consentMethods.map((method) => (
          <input
            type="hidden"
            name={`address-${method}`}
            value={contact.channels[method]?.address ?? ''}
          />
        ))}
        <MethodChoice contact={contact} />
        <Select
          name="source"
          label="How it was given"
          value="paper"
          options={{ paper: 'on paper', phone: 'on the phone', online_scheduler: 'online' }}
        />
        <label for="obtainedAt">When (empty: just now)</label>
        <input id="obtainedAt" name="obtainedAt" type="datetime-local" />
        <label for="evidence">What proves it</label>
        <p class="hint" id="evidence-hint">
          For example where the signed form is kept, or who asked and what was read out.
        </p>
        <textarea
          id="evidence"
          name="evidence"
          rows="2"
          required
          maxlength={2_000}
          aria-describedby="evidence-hint"
        />
        <button>Record the consent</button>
      </form>
    </details>
  );
}

function WaiverForm({ standing, at }: { standing: Standing; at: string }): JSX.Element {
  return (
    <details>
      <summary>Waive a channel that holds the others</summary>
      <form method="post" action={`${at}/waivers`} class="stack">
        <Csrf token={standing.csrf} />
        <p class="hint">
          For a landline or a dead mailbox. The channel no longer holds the others, and nothing is
          sent by it until a consent is given.
        </p>
        <MethodChoice contact={standing.contact} />
        <label for="waiver-reason">Why</label>
        <input id="waiver-reason" name="reason" required maxlength={500} />
        <button>Waive the channel</button>
      </form>
    </details>
  );
}

function StopForm({ standing, at }: { standing: Standing; at: string }): JSX.Element {
  return (
    <details>
      <summary>Stop a channel, because the person asked you to</summary>
      <form method="post" action={`${at}/stop`} class="stack">
        <Csrf token={standing.csrf} />
        <MethodChoice contact={standing.contact} />
        <button class="danger">Stop this channel</button>
      </form>
    </details>
  );
}

function MethodChoice({ contact }: { contact: Contact }): JSX.Element {
  const assigned = consentMethods.filter((method) => contact.channels[method]);
  return (
    <Select
      name="method"
      label="Channel"
      value={assigned[0] ?? 'email'}
      options={Object.fromEntries(assigned.map((method) => [method, methodNames[method]]))}
    />
  );
}
