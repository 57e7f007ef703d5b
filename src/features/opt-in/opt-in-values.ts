import type { Method } from '../../core/method.ts';

/** The values that an opt-in is filled in with, and those that a template is tried with before it is taken. */

export type OptInValues = {
  practice: string;
  supportPhone?: string;
  postalAddress?: string;
  /** Where the answer is given; SMS: where the full text is, too. */
  link: string;
  /** Only where a number is shared: the reply needs it to say whose yes it is. */
  code?: string;
  /** The person was asked by email as well, a short while ago. */
  emailToo: boolean;
  /** A reply is no answer, only the page's form is: the page checks the person's identity. */
  linkOnly: boolean;
  /** The channels that a yes here covers; both only where one page asks for both. */
  byEmail: boolean;
  byText: boolean;
  /** Shown to a person who is booking: they came by themselves, without a message. */
  booking: boolean;
};

/** Values to try a template with. */
export const sampleOptIn: OptInValues = {
  practice: 'Example Practice',
  supportPhone: '+1 202 555 0199',
  postalAddress: '1 Example Street, Springfield',
  link: 'https://optgate.example/o/0123456789abcdefghijABCDEFGHIJ-_',
  code: '0000',
  emailToo: true,
  linkOnly: false,
  byEmail: true,
  byText: false,
  booking: false,
};

/** The sample of a message by that method. */
export function sampleFor(method: Method): OptInValues {
  return { ...sampleOptIn, byEmail: method !== 'sms', byText: method === 'sms' };
}

/** Every combination of the optional values that a template asks for, on every page that shows it. */
export function everyCase(method: Method, variables: readonly string[]): OptInValues[] {
  const channels =
    method === 'sms'
      ? [{ byEmail: false, byText: true }]
      : [
          { byEmail: true, byText: false },
          { byEmail: false, byText: true },
          { byEmail: true, byText: true },
        ];
  let cases: OptInValues[] = channels.map((channel) => ({ ...sampleFor(method), ...channel }));
  for (const name of optionalValues.filter((value) => variables.includes(value)))
    cases = cases.flatMap((values) => [values, without(values, name)]);
  return cases;
}

const optionalValues = [
  'supportPhone',
  'postalAddress',
  'code',
  'emailToo',
  'linkOnly',
  'booking',
] as const;

/** Removes the value if it is present, and negates it if it is a flag. */
function without(values: OptInValues, name: (typeof optionalValues)[number]): OptInValues {
  if (name === 'emailToo' || name === 'linkOnly' || name === 'booking')
    return { ...values, [name]: !values[name] };
  const { [name]: _left, ...others } = values;
  return others;
}
