import { consentMethods, type ConsentMethod } from '../../core/method.ts';
import { limits } from '../../core/limits.ts';
import { Area, Choice, Input, type FieldProblem } from './fields.tsx';
import { Console, Time, type Frame } from './layout.tsx';
import { answerInWords, methodNames } from './say.ts';
import { Csrf } from './said.tsx';
import type { Answer, Contact } from './shapes.ts';

/** The forms of a contact's page. A refused form is open again, with the typed values and the problems. */

/** `form`: the one that was refused; '' for none. */
export type Typing = {
  csrf: string;
  form: string;
  value: (name: string) => string;
  problems: readonly FieldProblem[];
};

/** Of the form that was refused; another form of the page begins empty. */
function typedIn({ form, value, problems }: Typing, mine: string) {
  const isMine = form === mine;
  return {
    open: isMine,
    id: (name: string): string => (isMine ? name : `${mine}-${name}`),
    value: (name: string, otherwise = ''): string => (isMine ? value(name) : otherwise),
    problems: isMine ? problems : [],
  };
}

/** The form brings the message's id along: pressed twice it is one message. */
export function MessageForm(props: { at: string; id: string; typing: Typing }): JSX.Element {
  const { at, id, typing } = props;
  const { open, id: idOf, value, problems } = typedIn(typing, 'messages');
  return (
    <details open={open}>
      <summary>Write a message</summary>
      <form method="post" action={`${at}/messages`} class="stack">
        <Csrf token={typing.csrf} />
        <input type="hidden" name="id" value={id} />
        <Input
          name="subject"
          id={idOf('subject')}
          label="Subject (email only)"
          value={value('subject')}
          maxlength={200}
          problems={problems}
        />
        <Area
          name="body"
          id={idOf('body')}
          label="Message"
          value={value('body')}
          rows={4}
          required
          problems={problems}
        />
        <Input
          name="sendAt"
          id={idOf('sendAt')}
          label="Not before (empty: now)"
          value={value('sendAt')}
          type="datetime-local"
          problems={problems}
        />
        <button>Queue the message</button>
      </form>
    </details>
  );
}

/** Carries the address that staff saw: a consent is about that one, and not about one entered meanwhile. */
export function ConsentForm(props: {
  standing: { contact: Contact; seenAt: string };
  at: string;
  typing: Typing;
}): JSX.Element {
  const { at, typing } = props;
  const { contact, seenAt } = props.standing;
  const { open, id: idOf, value, problems } = typedIn(typing, 'consents');
  return (
    <details open={open}>
      <summary>Record a consent that was given elsewhere</summary>
      <form method="post" action={`${at}/consents`} class="stack">
        <Csrf token={typing.csrf} />
        <input type="hidden" name="seenAt" value={seenAt} />
        {consentMethods.map((method) => (
          <input
            type="hidden"
            name={`address-${method}`}
            value={contact.channels[method]?.address ?? ''}
          />
        ))}
        <MethodChoice
          contact={contact}
          id={idOf('method')}
          value={value('method')}
          problems={problems}
        />
        <Choice
          name="source"
          id={idOf('source')}
          label="How it was given"
          value={value('source', 'paper')}
          options={{ paper: 'on paper', phone: 'on the phone', online_scheduler: 'online' }}
        />
        <Input
          name="obtainedAt"
          id={idOf('obtainedAt')}
          label="When (empty: just now)"
          value={value('obtainedAt')}
          type="datetime-local"
          problems={problems}
        />
        <Area
          name="evidence"
          id={idOf('evidence')}
          label="What proves it"
          hint="For example where the signed form is kept, or who asked and what was read out."
          value={value('evidence')}
          rows={2}
          maxlength={2_000}
          required
          problems={problems}
        />
        <button>Record the consent</button>
      </form>
    </details>
  );
}

export function WaiverForm(props: { contact: Contact; at: string; typing: Typing }): JSX.Element {
  const { contact, at, typing } = props;
  const { open, id: idOf, value, problems } = typedIn(typing, 'waivers');
  return (
    <details open={open}>
      <summary>Skip a channel that will never answer</summary>
      <form method="post" action={`${at}/waivers`} class="stack">
        <Csrf token={typing.csrf} />
        <p class="hint">
          For a landline or a dead mailbox. The other channels no longer wait for it, and nothing is
          sent by it until a consent is given. What is waiting on it is not sent.
        </p>
        <MethodChoice
          contact={contact}
          id={idOf('method')}
          value={value('method')}
          problems={problems}
        />
        <Input
          name="reason"
          id={idOf('reason')}
          label="Why"
          value={value('reason')}
          maxlength={500}
          required
          problems={problems}
        />
        <button>Skip the channel</button>
      </form>
    </details>
  );
}

/** Nothing is chosen beforehand: the first channel of a list is not the one that somebody meant. */
function MethodChoice(props: {
  contact: Contact;
  id: string;
  value: string;
  problems: readonly FieldProblem[];
}): JSX.Element {
  const { contact, id, value, problems } = props;
  const assigned = consentMethods.filter((method) => contact.channels[method]);
  return (
    <Choice
      name="method"
      id={id}
      label="Channel"
      value={value}
      required
      problems={problems}
      options={{
        '': 'Choose a channel',
        ...Object.fromEntries(assigned.map((method) => [method, methodNames[method]])),
      }}
    />
  );
}

/** After a no: shows the person's words above the question why they are asked again. */
export function askAgainPage(props: {
  frame: Frame;
  contact: Contact;
  method: 'email' | 'sms';
  /** Of this channel, newest first. */
  answers: readonly Answer[];
  zone: string;
  at: string;
  typed: string;
}): string {
  const { frame, contact, method, answers, zone, at, typed } = props;
  const by = methodNames[method].toLowerCase();
  return String(
    <Console title={`Ask again by ${by}?`} who={contact} frame={frame} here="/console">
      <p class="consequence">They said no. Ask again only if they told you that they want it.</p>
      <ol class="said-when">
        {answers.map((answer) => (
          <li>
            <Time iso={answer.at} zone={zone} /> <span safe>{answerInWords(answer)}</span>
          </li>
        ))}
      </ol>
      <form method="post" action={`${at}/opt-in`} class="stack">
        <Csrf token={frame.csrf} />
        <input type="hidden" name="method" value={method} />
        <input type="hidden" name="again" value="yes" />
        <WithReason
          {...{ frame, at, typed }}
          label="Why are you asking again?"
          example="called on Monday and wants reminders after all"
          button={`Ask again by ${by}`}
        />
      </form>
    </Console>,
  );
}

/** A doubt whose reply the practice does not have: its meaning, a person to ask, and the reason for settling it. */
export function settlePage(props: {
  frame: Frame;
  contact: Contact;
  method: ConsentMethod;
  at: string;
  typed: string;
}): string {
  const { frame, contact, method, at, typed } = props;
  const what = method === 'email' ? 'emails' : 'texts';
  return String(
    <Console title={`Keep sending ${what}?`} who={contact} frame={frame} here="/console">
      <p class="consequence" safe>
        {`Somebody wrote from this ${method === 'email' ? 'address' : 'number'} that may want no more ${what}, to another practice or before it was this contact’s, so the words are not here. Go on only if you asked them.`}
      </p>
      <form method="post" action={`${at}/settle/${method}`} class="stack">
        <Csrf token={frame.csrf} />
        <WithReason
          {...{ frame, at, typed }}
          label="How do you know that no stop was meant?"
          example="called on Monday, it is their number and they want reminders"
          button={`Keep sending ${what}`}
        />
      </form>
    </Console>,
  );
}

/** The end of a form that goes against the person's word: requires a reason, and offers a way back. */
function WithReason(props: {
  frame: Frame;
  at: string;
  typed: string;
  label: string;
  example: string;
  button: string;
}): JSX.Element {
  const { frame, at, typed, label, example, button } = props;
  return (
    <>
      <Area
        name="reason"
        label={label}
        hint={`For example: ${example}. It is kept with the evidence.`}
        value={typed}
        rows={2}
        maxlength={limits.againReasonCharacters}
        required
        problems={frame.problem?.fields}
      />
      <div class="choice">
        <button class="main" safe>
          {button}
        </button>
        <a class="button" href={at}>
          No, go back
        </a>
      </div>
    </>
  );
}
