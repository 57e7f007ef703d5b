import ipaddr from 'ipaddr.js';
import pg from 'pg';
import type { EncryptionKey } from './config.ts';
import { isRandomKey, looksRandom } from './random-enough.ts';

/**
 * The configurations that a live service refuses to start with, and why. One that may be right in some installation (a
 * private network without TLS, a provider's other address) has a switch whose name states the risk; the rest have none.
 */

export type LiveSettings = {
  publicUrl?: string | undefined;
  adminKey?: string | undefined;
  encryptionKeys: readonly EncryptionKey[];
  /** Variable and value: must not be guessable, nor the sandbox's own. */
  secrets: readonly (readonly [name: string, value: string])[];
  /** The sandbox's own secrets: public knowledge. */
  publicSecrets: readonly string[];
  /** By their variables. */
  databases: Record<string, string | undefined>;
  temporalAddress?: string | undefined;
  temporalTls: boolean;
  /** Variable, value, and the provider's own host. */
  providerUrls: readonly (readonly [name: string, value: string | undefined, host: string])[];
  /** REQUIRE_ENCODED_SIGNALS is off. */
  takesClearSignals: boolean;
  allow: { plainTransport: boolean; otherProviders: boolean; clearSignals: boolean };
};

export function unsafeInLiveMode(given: LiveSettings): string[] {
  return [
    ...weakSecrets(given),
    ...sameSecrets(given),
    ...plainTransports(given),
    ...otherProviders(given),
    ...clearSignals(given),
  ];
}

/** Characters of a key that opens every practice: `openssl rand -hex 16` and longer. */
const adminKeyCharacters = 32;
/** Characters of any other secret; the providers' own have more. */
const secretCharacters = 16;

function weakSecrets(given: LiveSettings): string[] {
  const problems: string[] = [];
  const { adminKey } = given;
  if (adminKey !== undefined && (adminKey.length < adminKeyCharacters || !looksRandom(adminKey)))
    problems.push(
      `ADMIN_KEY opens every practice: it needs at least ${adminKeyCharacters} random characters, e.g. from \`openssl rand -hex 32\``,
    );
  for (const { id, key } of given.encryptionKeys)
    if (!isRandomKey(key))
      problems.push(
        `ENCRYPTION_KEYS: the key "${id}" is not random; take \`openssl rand -base64 32\``,
      );
  for (const [name, value] of given.secrets)
    if (given.publicSecrets.includes(value))
      problems.push(`${name} is the sandbox's, which everybody knows`);
    else if (value.length < secretCharacters || !looksRandom(value))
      problems.push(
        `${name} is too short or too regular to be a secret (${secretCharacters} random characters)`,
      );
  return problems;
}

/**
 * One value may not serve twice: a program that reads one secret, or a provider that made it, would hold the other, and
 * with it what that one opens.
 */
function sameSecrets({ adminKey, secrets, encryptionKeys, databases }: LiveSettings): string[] {
  const all: Secret[] = [
    ...(adminKey === undefined ? [] : [secretOf('ADMIN_KEY', adminKey)]),
    ...secrets.map(([name, value]) => secretOf(name, value)),
    ...encryptionKeys.map(({ id, key }) => ({
      name: `ENCRYPTION_KEYS: the key "${id}"`,
      spellings: [key.toString('base64url'), key.toString('hex')],
    })),
  ];
  // The URL of a process holds the password of its role, too.
  const others = all.filter(({ name }) => !name.endsWith('_DATABASE_PASSWORD'));
  const passwords = Object.entries(databases).flatMap(([name, url]) => {
    const password = url === undefined ? '' : passwordIn(url);
    return password === '' ? [] : [secretOf(name, password)];
  });
  return [
    ...pairsIn(all),
    ...passwords.flatMap((one) => others.map((other) => [other, one] as const)),
  ]
    .filter(([one, other]) => one.name !== other.name && isSameSecret(one, other))
    .map(([one, other]) => `${other.name} is the same secret as ${one.name}: each needs its own`);
}

type Secret = { name: string; spellings: string[] };

/** Without the provider's prefix, and however its base64 is spelt. */
function secretOf(name: string, value: string): Secret {
  const bare = value.replace(/^(whsec|re)_/, '');
  const base64url = bare.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  return { name, spellings: [value, bare, base64url] };
}

function isSameSecret(one: Secret, other: Secret): boolean {
  return one.spellings.some((spelling) => other.spellings.includes(spelling));
}

function pairsIn(all: readonly Secret[]): (readonly [Secret, Secret])[] {
  return all.flatMap((one, index) => all.slice(index + 1).map((other) => [one, other] as const));
}

function passwordIn(databaseUrl: string): string {
  const { password } = new URL(databaseUrl);
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}

function plainTransports(given: LiveSettings): string[] {
  const { publicUrl, databases, temporalAddress, temporalTls, allow } = given;
  const problems: string[] = [];
  if (
    publicUrl !== undefined &&
    new URL(publicUrl).protocol !== 'https:' &&
    !isLocal(hostOf(publicUrl))
  )
    problems.push('PUBLIC_URL must begin with https://: links, keys and cookies travel by it');
  for (const [name, value] of Object.entries(databases))
    if (value !== undefined) problems.push(...ambiguities(name, value));
  if (allow.plainTransport) return problems;
  const orElse = 'or set ALLOW_PLAIN_TRANSPORT=on where nobody else is on that network';
  for (const [name, value] of Object.entries(databases))
    if (value !== undefined && !isSafeDatabase(value))
      problems.push(`${name} has no TLS: add sslmode=verify-full, ${orElse}`);
  if (temporalAddress !== undefined && !temporalTls && !isLocal(hostOf(`tcp://${temporalAddress}`)))
    problems.push(`Temporal is reached without TLS: set TEMPORAL_TLS=true, ${orElse}`);
  return problems;
}

/** Parameters that lead elsewhere than the URL shows; a host that is a folder is a socket on this machine. */
const overriding = ['host', 'hostaddr', 'port', 'user', 'password', 'dbname', 'database', 'ssl'];

function ambiguities(name: string, databaseUrl: string): string[] {
  const given = [...new URL(databaseUrl).searchParams];
  const names = given.map(([parameter]) => parameter.toLowerCase());
  const twice = names.find((parameter, index) => names.indexOf(parameter) !== index);
  const hidden = given.find(
    ([parameter, value]) =>
      overriding.includes(parameter.toLowerCase()) &&
      !(parameter === 'host' && value.startsWith('/')),
  );
  return [
    ...(twice === undefined ? [] : [`${name} has the parameter ${twice} twice`]),
    ...(hidden === undefined
      ? []
      : [`${name} has the parameter ${hidden[0]}: it belongs before the "?", or to sslmode`]),
  ];
}

/** Judged by what the driver makes of the URL: it alone connects. */
function isSafeDatabase(databaseUrl: string): boolean {
  const { host, ssl } = driverView(databaseUrl);
  if (isLocal(host)) return true;
  // The driver takes more for TLS than other programs do that may read the URL.
  const mode = new URL(databaseUrl).searchParams.get('sslmode') ?? '';
  if (!['require', 'verify-ca', 'verify-full'].includes(mode)) return false;
  return ssl === true || (typeof ssl === 'object' && ssl?.rejectUnauthorized !== false);
}

function driverView(connectionString: string): Pick<pg.Client, 'host'> & {
  ssl?: boolean | { rejectUnauthorized?: boolean } | null;
} {
  try {
    return new pg.Client({ connectionString });
  } catch {
    // A certificate that cannot be read: no connection is made with it.
    return { host: '', ssl: true };
  }
}

function otherProviders({ providerUrls, allow }: LiveSettings): string[] {
  if (allow.otherProviders) return [];
  return providerUrls
    .filter(([, value, host]) => value !== undefined && !isAt(value, host))
    .map(
      ([name, , host]) =>
        `${name} is not https://${host}: messages and keys would go there; set ALLOW_OTHER_PROVIDERS=on if that is meant`,
    );
}

function clearSignals({ takesClearSignals, allow }: LiveSettings): string[] {
  if (!takesClearSignals || allow.clearSignals) return [];
  return [
    'REQUIRE_ENCODED_SIGNALS is off: people’s messages may then stand in Temporal’s histories in the clear; set ALLOW_CLEAR_SIGNALS=on if that is meant',
  ];
}

/** The origin alone may be compared: a name before the "@", another port or plain HTTP is somebody else. */
function isAt(value: string, host: string): boolean {
  const { origin, username, password } = new URL(value);
  return origin === `https://${host}` && username === '' && password === '';
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replaceAll(/^\[|\]$/g, '') : '';
}

/** This machine: a name or address that no packet leaves it for, or a socket in its file system. */
function isLocal(host: string): boolean {
  if (host === '' || host === 'localhost' || host.startsWith('/')) return true;
  return ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback';
}

/**
 * Forgotten provider keys must not turn a service that people rely on into a sandbox with a key that everybody knows.
 */
export function looksLive(given: {
  publicUrl: string | undefined;
  host: string | undefined;
  databases: LiveSettings['databases'];
  temporalAddress: string | undefined;
}): string[] {
  const elsewhere = [
    ['PUBLIC_URL', given.publicUrl && hostOf(given.publicUrl)],
    ['HOST', given.host],
    ...Object.entries(given.databases).map(([name, url]) => [name, url && driverView(url).host]),
    ['TEMPORAL_ADDRESS', given.temporalAddress && hostOf(`tcp://${given.temporalAddress}`)],
  ].flatMap(([name, host]) => (host !== undefined && !isLocal(host) ? [name] : []));
  return elsewhere.length === 0
    ? []
    : [
        `${elsewhere.join(' and ')} ${elsewhere.length === 1 ? 'is' : 'are'} not on this machine, and no provider key is set: set RESEND_API_KEY and PLIVO_AUTH_ID, or OPTGATE_MODE=sandbox for a sandbox there`,
      ];
}
