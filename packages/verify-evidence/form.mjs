// What a bundle may hold, and how its texts are read and shown: the other half of verify-evidence.mjs.

const isText = (value) => typeof value === 'string';
const isWord = (value) => isText(value) && /^[\w-]+$/.test(value);
const fits = {
  text: isText,
  number: Number.isSafeInteger,
  word: isWord,
  'word or null': (value) => value === null || isWord(value),
};
/** All that a bundle holds; a word is one of base64url. `?`: it may be absent. */
const signed = { statement: 'text', key: 'word', signature: 'word' };
const introduction = {
  number: 'number',
  statement: 'text',
  signature: 'word',
  previousSignature: 'word or null',
};
const proof = { root: 'number', index: 'number', path: ['word'] };
const entry = { leaf: 'text', 'salt?': 'text', 'content?': 'text', 'proof?': proof };
const form = {
  format: 'text',
  practice: 'text',
  madeAt: 'text',
  keys: [introduction],
  roots: [signed],
  chains: [{ contact: 'text', entries: [entry] }],
  end: signed,
};

/**
 * What keeps a bundle from having exactly the fields above, each once: else somebody who opens the file, or another program, could read what nobody
 * signed and this one never looked at.
 */
export function straysIn(text) {
  return [
    ...namesTwice(text).map(
      (name) =>
        `the name ${shown(name)} stands twice in one place, and readers differ on which counts`,
    ),
    ...misfits(JSON.parse(text), form, 'the bundle'),
  ];
}

function misfits(value, wanted, place) {
  if (typeof wanted === 'string')
    return fits[wanted](value) ? [] : [`${place} is no ${wanted}: ${shown(value)}`];
  if (Array.isArray(wanted) !== Array.isArray(value) || typeof (value ?? 0) !== 'object')
    return [`${place} is not built as evidence is`];
  if (Array.isArray(value))
    return value.flatMap((one, index) => misfits(one, wanted[0], `${place}[${index + 1}]`));
  const names = Object.keys(wanted).map((name) => name.replace('?', ''));
  const others = Object.keys(value).filter((name) => !names.includes(name));
  return [
    ...others.map((name) => `${place} has ${shown(name)}, which is no part of evidence`),
    ...Object.entries(wanted).flatMap(([field, inner]) => {
      const name = field.replace('?', '');
      if (Object.hasOwn(value, name)) return misfits(value[name], inner, `${place}.${name}`);
      return field === name ? [`${place} lacks ${name}`] : [];
    }),
  ];
}

/** Undefined: it is no JSON, or can be read in two ways. */
export function parse(text) {
  const value = parseJson(text);
  return value === undefined || namesTwice(text).length > 0 ? undefined : value;
}

export function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The names that stand twice in one object of a JSON text, of which `JSON.parse` takes the last. */
function namesTwice(text) {
  const found = [];
  /** The names so far in each object that is open; in a list there are none. */
  const open = [];
  // Of JSON, strings and brackets are all that has to be told apart; a string before a colon is a name.
  for (const [token] of String(text).matchAll(/"(?:[^"\\]+|\\.)*"(?:\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token.endsWith(':')) {
      const name = JSON.parse(token.replace(/\s*:$/, ''));
      if (open.at(-1).has(name)) found.push(name);
      open.at(-1).add(name);
    }
  }
  return found;
}

/** As one JSON string, on one line: also what terminals obey (C1), what turns text around, and what ends a line. */
export function shown(value) {
  return (JSON.stringify(value) ?? 'undefined').replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
    character.replaceAll(
      /[^]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
}
