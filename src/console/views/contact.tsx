import { Channels } from './channels.tsx';
import { Checklist } from './checklist.tsx';
import { ConsentForm, MessageForm, WaiverForm, type Typing } from './contact-acts.tsx';
import { contactAddress } from './contacts.tsx';
import { Doubts } from './doubts.tsx';
import { Console, LightOf, Live, type Frame } from './layout.tsx';
import { QueueOf } from './queue.tsx';
import { greenReason, kindNames, redReason } from './say.ts';
import type { Answer, Contact, Message, Reply } from './shapes.ts';
import { nameOf } from './who.tsx';

/** How the contact stands, and its queue: the part that keeps itself up to date. */
export type Standing = {
  csrf: string;
  zone: string;
  /** When this was so; ISO 8601. */
  seenAt: string;
  contact: Contact;
  /** The evidence in short, newest first. */
  answers: Answer[];
  /** Replies that may be a stop. */
  doubts: Reply[];
  waiting: Message[];
  /** There are more that wait than are shown. */
  moreWaiting: boolean;
  latest: Message[];
  /** Set where the opt-in email has been unanswered for a day. */
  unanswered: boolean;
  smsFrom: string | undefined;
  asksAt: string | undefined;
  asks: boolean;
};

/** `newMessageId`: of the message that may be written here. `workflowUrl`: in the Temporal UI. */
export function contactPage(props: {
  frame: Frame;
  standing: Standing;
  newMessageId: string;
  typing: Typing;
  workflowUrl?: string;
}): string {
  const { frame, standing, newMessageId, typing, workflowUrl } = props;
  const { contact } = standing;
  const at = contactAddress(contact.id);
  return String(
    <Console title={nameOf(contact)} who={contact} frame={frame} here="/console">
      <Checklist missing={contact.registered ? frame.senderMissing : []} />
      <StandingOf standing={standing} />
      {contact.registered ? (
        <section aria-labelledby="do">
          <h2 id="do">What you can do</h2>
          <MessageForm at={at} id={newMessageId} typing={typing} />
          <ConsentForm standing={standing} at={at} typing={typing} />
          <WaiverForm contact={contact} at={at} typing={typing} />
        </section>
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
          <a class="quiet" href={workflowUrl} rel="noreferrer">
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
  const { contact, zone, unanswered, csrf, answers, doubts, smsFrom, asksAt, asks } = standing;
  const { declinedKinds = [] } = contact;
  return (
    <Live id="standing" from={`/console/live/contacts/${encodeURIComponent(contact.id)}`}>
      <p class="headline">
        <LightOf light={contact.light} />
        <span safe>
          {contact.light === 'green' ? greenReason(contact) : redReason(contact.reason)}
        </span>
      </p>
      {contact.unreadable ? (
        <p class="refused">
          What is stored about this person can’t be opened any more: it was changed or moved outside
          of this service. Nothing is sent by it. Please tell us.
        </p>
      ) : (
        ''
      )}
      <Doubts replies={doubts} zone={zone} csrf={csrf} />
      <Channels
        contact={contact}
        answers={answers}
        zone={zone}
        csrf={csrf}
        smsFrom={smsFrom}
        asksAt={asksAt}
        asks={asks}
        doubtsShown={doubts.length > 0}
        now={standing.seenAt}
      />
      {declinedKinds.length === 0 ? (
        ''
      ) : (
        <p class="note" safe>
          {`They do not want: ${declinedKinds.map((kind) => kindNames[kind].toLowerCase()).join(', ')}. Messages of this kind are not sent to them on any channel.`}
        </p>
      )}
      {unanswered ? <ReadOut /> : ''}
      <QueueOf
        waiting={standing.waiting}
        more={standing.moreWaiting}
        latest={standing.latest}
        known={{ channels: contact.channels, smsFrom }}
        zone={zone}
        csrf={csrf}
      />
    </Live>
  );
}

/** An opt-in email without an answer for a day is often in another folder. */
function ReadOut(): JSX.Element {
  return (
    <div class="note">
      <p>
        The opt-in email has been unanswered for a day. If you talk to them, you can read this out:
      </p>
      <blockquote>
        “We sent you an email that asks whether we may write to you. It may be in another folder: in
        Gmail look under Promotions, in Outlook under Other, and in Junk. Open it and press the
        button that says yes. If you cannot find it, I can send it again right now.”
      </blockquote>
    </div>
  );
}
