import { foldedLine } from '../../core/one-line.ts';
import type { Allotment } from '../../core/allotment.ts';
import type { Settings } from '../../core/settings.ts';
import { methods } from '../../core/method.ts';
import { messageKinds } from '../../core/message/message.ts';
import { Checklist } from './checklist.tsx';
import { Choice, Hint, Input } from './fields.tsx';
import { Console, type Frame } from './layout.tsx';
import { Csrf, Shown } from './said.tsx';
import { kindNames, methodNames } from './say.ts';
import { leads, lifetimes, timeZones } from './times.ts';

/**
 * Every setting with its effect: nobody should have to try it on patients. `shown`: the values that the form began
 * with, to detect changes.
 */
export function settingsPage(props: {
  frame: Frame;
  settings: Settings & { sendersAllotted: Allotment };
  shown: unknown;
}): string {
  const { frame, settings, shown } = props;
  const { emailFrom, smsFrom, sharedSmsFrom, faxGateway } = settings.sendersAllotted;
  const { sender, quietHours, privacyPolicy } = settings;
  const problems = frame.problem?.fields;
  return String(
    <Console title="Settings" frame={frame} here="/console/settings">
      <Checklist missing={frame.senderMissing} />
      <form method="post" action="/console/settings" class="stack">
        <Csrf token={frame.csrf} />
        <Shown values={shown} />
        <h2>Who sends</h2>
        <Input
          problems={problems}
          name="displayName"
          label="Name that patients know"
          value={sender.displayName ?? ''}
          hint={`Begins every question we ask.${sender.displayName ? '' : ` Empty: ${frame.practice}.`}`}
        />
        <Input
          problems={problems}
          name="emailFrom"
          label="Sender of emails"
          value={sender.emailFrom ?? ''}
          hint={`${yours(emailFrom)} Empty: the address that came with Optgate.`}
        />
        <Input
          problems={problems}
          name="replyTo"
          label="Replies to emails go to"
          value={sender.replyTo ?? ''}
          hint="Empty: to the sender. Somebody should read it."
        />
        <Input
          problems={problems}
          name="smsFrom"
          label="Number that texts"
          value={sender.smsFrom ?? ''}
          hint={`${yours([...smsFrom, ...sharedSmsFrom])} Replies come to it. ${frame.senderMissing.includes('smsFrom') ? 'Needed before anybody can be asked by text.' : 'Empty: the number that came with Optgate.'}`}
        />
        <Input
          problems={problems}
          name="supportPhone"
          label="Phone number for questions"
          value={sender.supportPhone ?? ''}
          hint="Shown on the pages and in the answer to HELP."
        />
        <Input
          problems={problems}
          name="postalAddress"
          label="Postal address"
          value={foldedLine(sender.postalAddress ?? '')}
          hint="US law (CAN-SPAM) requires one in emails."
        />
        <Input
          problems={problems}
          name="faxGateway"
          label="Email-to-fax gateway"
          value={sender.faxGateway ?? ''}
          hint={`${yours(faxGateway)} A fax to +1 202… is sent as an email to 1202…@that domain.`}
        />
        <h2>What is sent at all</h2>
        <Switch
          name="messagingEnabled"
          label="Send messages"
          on={settings.messagingEnabled}
          hint="Off: nothing is sent, opt-ins included. New messages wait until you switch it on again, unless their time has passed."
        />
        <Switch
          name="optInEnabled"
          label="Ask before the first message"
          on={settings.optInEnabled}
          hint="Off: messages go out without permission. Only if your counsel agrees. Too many complaints stop all sending."
        />
        <Choice
          problems={problems}
          name="gate"
          label="When the gate opens"
          value={settings.gate}
          options={{
            all: 'when every assigned channel said yes',
            each: 'each channel alone, when it said yes',
          }}
          hint="“Every” holds everything while one answer is missing; staff can skip a channel that will never answer."
        />
        <Choice
          problems={problems}
          name="onRevoke"
          label="When somebody asks to stop one channel"
          value={settings.onRevoke}
          options={{ channel: 'close that channel', contact: 'close all channels' }}
          hint="The light is red in both cases, with the reason."
        />
        <h2>The opt-in</h2>
        <Choice
          problems={problems}
          name="optInLead"
          label="When to ask, before the first message is due"
          value={settings.optInLead}
          options={leads}
          hint="Asking earlier gives people time to answer."
        />
        <Choice
          problems={problems}
          name="optInExpires"
          label="How long a link works"
          value={settings.optInExpires}
          options={lifetimes}
          hint="Afterwards the page offers a fresh one."
        />
        <Choice
          problems={problems}
          name="identityCheck"
          label="Ask who it is"
          value={settings.identityCheck}
          options={{ none: 'no', birthDate: 'by date of birth' }}
          hint="By date of birth: five wrong ones, at the link or in bookings, lock it until you send a new one, and a YES by text alone does not count."
        />
        <Choice
          problems={problems}
          name="smsConsentVia"
          label="How consent to texts is asked for"
          value={settings.smsConsentVia}
          options={{
            sms: 'by a text that asks for YES',
            emailPage: 'on the page of the email',
            recordedOnly: 'never; staff record it',
          }}
          hint="Carriers prefer that people agree before the first text. The other two options send none."
        />
        <Choice
          problems={problems}
          name="emailContent"
          label="What emails say"
          value={settings.emailContent}
          options={{ full: 'the message', notice: 'only that there is one, with a link' }}
          hint="“Only that there is one” keeps content out of mailboxes, and out of the mail provider’s hands."
        />
        <Switch
          name="confirmationSms"
          label="Confirm a yes to texts by a text"
          on={settings.confirmationSms}
          hint="Names the practice, says how to stop and get help. Carriers in the US ask for it."
        />
        <Switch
          name="emailFooter"
          label="End emails with links to preferences and to stopping"
          on={settings.emailFooter}
          hint="Off: only the mail program’s own unsubscribe button is there."
        />
        <Input
          problems={problems}
          name="landingUrl"
          label="Where people go after agreeing"
          value={settings.landingUrl ?? ''}
          hint="An https address of yours. Empty: they stay on the page that thanks them."
        />
        <h2>Booking</h2>
        <Input
          problems={problems}
          name="privacyUrl"
          label="Your privacy policy"
          value={privacyPolicy?.url ?? ''}
          hint="An https address. People who book have to agree to it; without one they agree to what the page itself says."
        />
        <Input
          problems={problems}
          name="privacyVersion"
          label="Version of the policy"
          value={privacyPolicy?.version ?? ''}
          hint="Kept with each agreement, for example 2026-01. Change it with the policy."
        />
        <h2>Times</h2>
        <Choice
          problems={problems}
          name="timeZone"
          label="Time zone"
          value={settings.timeZone}
          options={timeZones}
          hint="A contact’s own comes first."
        />
        <Input
          problems={problems}
          name="defaultCountry"
          label="Country of numbers without +"
          value={settings.defaultCountry}
          hint="Two letters, for example US."
        />
        <Switch
          name="quiet"
          label="Keep quiet hours"
          on={quietHours !== null}
          hint="Held messages are sent when they end, or at the last allowed moment before they would be too late."
        />
        <Input
          problems={problems}
          name="quietFrom"
          label="Quiet from"
          value={quietHours?.from ?? '21:00'}
          hint="24 hours, local time of the person."
        />
        <Input
          problems={problems}
          name="quietTo"
          label="Quiet until"
          value={quietHours?.to ?? '08:00'}
          hint="24 hours; earlier than the beginning means the next morning."
        />
        <Boxes
          name="quietMethods"
          legend="Channels that keep quiet"
          hint="The others send at any hour: an email wakes nobody."
          names={methodNames}
          all={methods}
          chosen={quietHours?.methods ?? ['sms']}
        />
        <Boxes
          name="quietKinds"
          legend="Kinds that keep quiet"
          hint="Kinds that are not ticked are sent at night too. Answers to patients always are."
          names={kindNames}
          all={messageKinds}
          chosen={quietHours?.kinds ?? []}
        />
        <button class="main">Save</button>
      </form>
    </Console>,
  );
}

type FieldProps = { name: string; label: string; hint: string };

function Switch({ name, label, on, hint }: FieldProps & { on: boolean }): JSX.Element {
  return (
    <>
      <label class="box">
        <input
          type="checkbox"
          name={name}
          value="on"
          checked={on}
          aria-describedby={`${name}-hint`}
        />
        <span safe>{label}</span>
      </label>
      <Hint id={name} text={hint} />
    </>
  );
}

function Boxes<T extends string>(props: {
  name: string;
  legend: string;
  hint: string;
  names: Record<T, string>;
  all: readonly T[];
  chosen: readonly T[];
}): JSX.Element {
  const { name, legend, hint, names, all, chosen } = props;
  return (
    <fieldset>
      <legend safe>{legend}</legend>
      <p class="hint" safe>
        {hint}
      </p>
      {all.map((one) => (
        <label class="box">
          <input type="checkbox" name={name} value={one} checked={chosen.includes(one)} />
          <span safe>{names[one]}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** The values that the practice may enter. */
function yours(allotted: readonly string[]): string {
  const set = allotted.length === 0 ? 'None is' : `${allotted.join(', ')} is`;
  return `${set} set up for your practice. For another one, ask the people who run Optgate for you.`;
}
