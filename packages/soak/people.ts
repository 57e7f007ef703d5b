import type { Channel, Message, Method, Registration } from './journal.ts';
import { Random } from './random.ts';

/** The people of this run. A person has one contact; a few have two that share a telephone number. */

export type ChannelState =
  'not_sent' | 'sent' | 'accepted' | 'declined' | 'revoked' | 'failed' | 'waived';

export type Contact = {
  id: string;
  methods: Method[];
  addresses: Record<Method, string>;
  registered: boolean;
  /** The API's last word. */
  states: Partial<Record<Channel, ChannelState>>;
  /** Addresses changed, and stops: the service asks by itself three times a week at most. */
  upsets: Record<Channel, number>;
  messages: number;
  /** Newest last, to be sent again on purpose. */
  sent: { message: Message; body: Record<string, unknown> }[];
};

export type Person = {
  index: number;
  /** Where their answers come from. */
  ip: string;
  contacts: Contact[];
  /** Counts addresses. */
  addresses: number;
};

const methodSets: { weight: number; methods: Method[] }[] = [
  { weight: 68, methods: ['email', 'sms'] },
  { weight: 10, methods: ['email'] },
  { weight: 10, methods: ['sms'] },
  { weight: 7, methods: ['email', 'sms', 'fax'] },
  { weight: 3, methods: ['email', 'fax'] },
  { weight: 2, methods: ['fax'] },
];
const sharedNumbers = 0.05;

export function populate(seed: number, contacts: number): Person[] {
  const people: Person[] = [];
  let left = contacts;
  while (left > 0) {
    const index = people.length;
    const random = new Random(`${seed}/person/${index}`);
    const person: Person = {
      index,
      ip: `198.18.${index >> 8}.${index & 255}`,
      contacts: [],
      addresses: 0,
    };
    const shares = left > 1 && random.chance(sharedNumbers);
    person.contacts.push(newContact(person, random, shares));
    if (shares) {
      const twin = newContact(person, random, true);
      twin.addresses.sms = person.contacts[0]!.addresses.sms;
      person.contacts.push(twin);
    }
    left -= person.contacts.length;
    people.push(person);
  }
  return people;
}

function newContact(person: Person, random: Random, shares: boolean): Contact {
  const { methods } = shares
    ? { methods: ['email', 'sms'] as Method[] }
    : random.weighted(methodSets);
  return unregistered(person, `p${person.index}${'ab'[person.contacts.length]}`, methods);
}

/** A contact of whom the service knows nothing yet. */
export function unregistered(person: Person, id: string, methods: readonly Method[]): Contact {
  return {
    id,
    methods: [...methods],
    addresses: {
      email: newAddress(person, 'email'),
      sms: newAddress(person, 'sms'),
      fax: newAddress(person, 'fax'),
    },
    registered: false,
    states: {},
    upsets: { email: 0, sms: 0 },
    messages: 0,
    sent: [],
  };
}

/** One that nobody else in this run has. */
export function newAddress(person: Person, method: Method): string {
  person.addresses += 1;
  const serial = person.index * 50 + person.addresses;
  if (method === 'email') return `p${person.index}.${person.addresses}@example.com`;
  return `+1${method === 'sms' ? '202' : '312'}${String(2_000_000 + serial)}`;
}

/** Email lower case, numbers in E.164, as the service writes them. */
export function registrationOf(contact: Contact): Omit<Registration, 'began'> {
  return {
    contactId: contact.id,
    methods: [...contact.methods],
    addresses: { ...contact.addresses },
  };
}

/** The same address as somebody else may write it. */
export function reformatted(address: string, random: Random): string {
  if (address.includes('@')) return random.chance(0.5) ? address.toUpperCase() : ` ${address}`;
  const [area, exchange, line] = [address.slice(2, 5), address.slice(5, 8), address.slice(8)];
  return random.pick([
    `(${area}) ${exchange}-${line}`,
    `+1 ${area} ${exchange} ${line}`,
    `${area}.${exchange}.${line}`,
    `+1 (${area}) ${exchange}-${line}`,
  ]);
}
