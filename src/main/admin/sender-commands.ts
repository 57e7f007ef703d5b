import { needed, UsageError, type Command, type Values } from './admin-command.ts';
import { readPractice } from '../../record/practices/practice-store.ts';
import { allotSenders } from '../../record/practices/sender-store.ts';
import {
  allottedKinds,
  isSameName,
  nothingAllotted,
  readSender,
  type Allotment,
} from '../../core/allotment.ts';

/** The part of `npm run admin` that allots senders to practices (docs/going-live.md, "Who writes"). */

export const senderUsage = `  practice senders --practice ID              what it may write as; each option may be given several times:
    [--display-name NAME] [--email ADDRESS|DOMAIN] [--sms NUMBER] [--shared-sms NUMBER] [--fax DOMAIN]   allots
    [--withdraw VALUE]                        takes back`;

const options = {
  'display-name': 'displayName',
  email: 'emailFrom',
  sms: 'smsFrom',
  'shared-sms': 'sharedSmsFrom',
  fax: 'faxGateway',
} as const satisfies Record<string, keyof Allotment>;

function sendersIn(values: Values, country: string): Allotment {
  const given = structuredClone(nothingAllotted);
  for (const [option, field] of Object.entries(options))
    for (const typed of values[option as keyof typeof options] ?? []) {
      const value = readSender(allottedKinds[field], typed, country);
      if (value === undefined) throw new UsageError(`--${option} "${typed}" is malformed`);
      given[field].push(value);
    }
  return given;
}

/** A number that is given as shared is no longer the practice's alone, and the other way round. */
function changed(before: Allotment, given: Allotment, withdrawn: string[]): Allotment {
  const isWithdrawn = (value: string) => withdrawn.some((typed) => isSameName(typed, value));
  const all = Object.values(before).flat();
  const missing = withdrawn.find((typed) => !all.some((value) => isSameName(typed, value)));
  if (missing !== undefined) throw new UsageError(`--withdraw "${missing}": it is not allotted`);
  const merged = (field: keyof Allotment, moved: string[] = []): string[] => [
    ...new Set([
      ...before[field].filter((value) => !isWithdrawn(value) && !moved.includes(value)),
      ...given[field],
    ]),
  ];
  return {
    displayName: merged('displayName'),
    emailFrom: merged('emailFrom'),
    smsFrom: merged('smsFrom', given.sharedSmsFrom),
    sharedSmsFrom: merged('sharedSmsFrom', given.smsFrom),
    faxGateway: merged('faxGateway'),
  };
}

export const senderCommands: Record<string, Command> = {
  'practice senders': async (db, values) => {
    const id = needed(values, 'practice');
    const practice = await readPractice(db, id);
    if (!practice) throw new UsageError(`there is no practice "${id}"`);
    const given = sendersIn(values, practice.settings.defaultCountry);
    const withdrawn = values.withdraw ?? [];
    const result = await allotSenders(db, id, (before) => changed(before, given, withdrawn));
    if (result.status === 'unknown') throw new UsageError(`there is no practice "${id}"`);
    if (result.status === 'taken')
      throw new UsageError(
        `${result.numbers.join(', ')}: another practice has it; --shared-sms at both lets them share it`,
      );
    for (const [kind, of] of Object.entries(result.allotment))
      console.log(`${kind}: ${of.join(', ') || 'none'}`);
    for (const kind of result.withdrawn)
      console.log(`the practice wrote as a ${kind} that it has no longer: its settings lost it`);
  },
};
