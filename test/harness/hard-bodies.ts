/** Bodies that cost most for their length: long, deep, of many pieces, of many equal or wrong ones. */
export const hardBodies: Record<string, string> = {
  'brackets in brackets': `${'['.repeat(7_800_000)}${']'.repeat(7_800_000)}`,
  'objects in objects': `${'{"a":'.repeat(2_500_000)}1${'}'.repeat(2_500_000)}`,
  'two million words': JSON.stringify(Array.from({ length: 1_900_000 }, () => 'email')),
  'a method again and again': JSON.stringify({
    name: 'x',
    methods: Array.from({ length: 40_000 }, () => 'email'),
  }),
  'very many fields': JSON.stringify(
    Object.fromEntries(Array.from({ length: 90_000 }, (_, n) => [`f${n}`, null])),
  ),
  'a thousand entries of many': JSON.stringify(
    Array.from({ length: 1_000 }, (_, n) => ({
      id: `x${n}`,
      actsFor: Array.from({ length: 90 }, (_, m) => `y${m}`),
    })),
  ),
  'methods again and again': JSON.stringify({
    methods: Array.from({ length: 100_000 }, () => 'email'),
  }),
  'one long text': JSON.stringify({ name: 'x', text: 'no '.repeat(5_000_000) }),
  'escapes only': `{"name":"${'\\u0041'.repeat(2_500_000)}"}`,
};

/** Texts that some step once took the square of their length for. */
export const hardTexts: Record<string, string> = {
  spaces: `a${' '.repeat(60_000)}a`,
  tabs: `a${' \t'.repeat(30_000)}a`,
  accents: `a${'\u0301'.repeat(15_000)}${'\u0323'.repeat(15_000)}`,
  letters: 'a'.repeat(60_000),
  Chinese: Array.from({ length: 20_000 }, (_, n) =>
    String.fromCodePoint(0x4e00 + ((n * 7_919) % 20_000)),
  ).join(''),
  emoji: '👩\u200d'.repeat(20_000),
  brackets: `{{ a${'[a'.repeat(3_000)}${']'.repeat(3_000)} }}`,
  conditions: '{% if a %}'.repeat(1_900),
};

/** The text in every field that takes one, whatever the route. */
function inEveryField(text: string): object {
  const names = ['name', 'subject', 'body', 'text', 'html', 'about', 'label', 'address', 'phone'];
  const others = ['evidence', 'reason', 'version', 'supportPhone', 'postalAddress', 'replyTo'];
  const fields = Object.fromEntries([...names, ...others].map((name) => [name, text]));
  return { ...fields, email: `a@${text}.com`, data: { a: text }, sender: fields };
}

for (const [name, text] of Object.entries(hardTexts))
  hardBodies[`fields of ${name}`] = JSON.stringify(inEveryField(text));

/** Calls whose bodies pass the schema, so that every later step sees the text. */
export function hardCalls(text: string): [method: string, path: string, body: string][] {
  const message = { kind: 'ad_hoc', subject: 's', body: text };
  const template = { text: text.slice(0, 20_000) };
  const preview = { text: '{{a}}'.repeat(40), data: { a: text.slice(0, 4_000) } };
  const calls: [string, string, object][] = [
    ['POST', '/v1/contacts/texted/messages', message],
    ['POST', '/v1/contacts/texted/messages', { ...message, subject: text, body: 'a' }],
    ['POST', '/v1/contacts/texted/messages', Array.from({ length: 20 }, () => message)],
    ['PATCH', '/v1/contacts/texted', { name: text }],
    ['PATCH', '/v1/settings', { sender: { displayName: text } }],
    ['PUT', '/v1/templates/ad_hoc/sms', template],
    ['PUT', '/v1/templates/opt_in/email', { subject: 's', ...template }],
    ['POST', '/v1/templates/ad_hoc/sms/preview', preview],
  ];
  return calls.map(([method, path, body]) => [method, path, JSON.stringify(body)]);
}

/**
 * Templates whose every condition looks for something that is nearly there, and calls that render them, in the order in
 * which they have to be sent.
 */
export function slowTemplates(): [method: string, path: string, body: string][] {
  const of = (condition: string): string =>
    `{% if ${Array.from({ length: 60 }, () => condition).join(' or ')} %}{% endif %}`;
  const field = (condition: string): string => `${of(condition).repeat(20)}x`;
  const data = {
    a: 'a'.repeat(4_000),
    b: `${'a'.repeat(300)}b${'a'.repeat(1_699)}`,
    c: `${'a'.repeat(30)}b${'a'.repeat(19)}`,
  };
  const message = { kind: 'ad_hoc', template: 'ad_hoc', data, contactId: 'texted' };
  const calls = ['a contains b', 'a contains c', 'a == b'].flatMap((condition) => {
    const text = field(condition);
    const email = { subject: `${of(condition)}x`, text, html: text };
    return [
      ['POST', '/v1/templates/ad_hoc/email/preview', { ...email, data }],
      ['PUT', '/v1/templates/ad_hoc/email', email],
      ['PUT', '/v1/templates/ad_hoc/sms', { text }],
      ['POST', '/v1/messages', message],
      ['POST', '/v1/messages', Array.from({ length: 1_000 }, () => message)],
      ['PUT', '/v1/templates/opt_in/email', { subject: 's', text }],
    ] as [string, string, object][];
  });
  return calls.map(([method, path, body]) => [method, path, JSON.stringify(body)]);
}

/** Bodies as long as they may be, of texts as long as they may be. */
export function longBodies(): Record<string, string> {
  return Object.fromEntries(
    ['a', '漢', '😀', 'e\u0301', '\u1100\u1161'].map((piece) => {
      const body = piece.repeat(Math.floor(250_000 / Buffer.byteLength(piece)));
      const messages = Array.from({ length: 60 }, (_, n) => ({
        contactId: 'texted',
        id: `long-${n}`,
        kind: 'ad_hoc',
        subject: 's',
        methods: ['email'],
        body,
      }));
      return [`long texts of ${piece}`, JSON.stringify(messages)];
    }),
  );
}

/** Forms of people's pages: no key, and as long as they may be. */
export function hardForms(text: string): string[] {
  const fields = [{ name: text }, { email: `a@${text}.com` }, { phone: text }, { codeEmail: text }];
  return fields.map((field) =>
    new URLSearchParams({ do: 'choose', byEmail: 'yes', bySms: 'yes', seen: 'x', ...field })
      .toString()
      .slice(0, 65_000),
  );
}

/** Forms of as many fields as fit, and of one field as often as it fits. */
export function manyFields(bytes: number): string[] {
  const fields = Array.from({ length: bytes / 6 }, (_, n) => `${n}=`);
  return [fields.join('&').slice(0, bytes), 'a=&'.repeat(bytes / 3), '&'.repeat(bytes)];
}

export const passTheParser = [
  'a method again and again',
  'methods again and again',
  'a thousand entries of many',
  'one long text',
  ...Object.keys(hardTexts).map((name) => `fields of ${name}`),
];
