import type { Config } from './config.ts';
import { openDatabase, type Database } from './db/database.ts';
import type { Providers } from './delivery/call.ts';
import { ProviderRates } from './delivery/provider-rates.ts';
import type { Sending } from './delivery/render.ts';
import { developmentEncryptionKeys } from './keys.ts';
import type { Clock } from './ports/clock.ts';
import type { PostWebhook } from './ports/webhook-sender.ts';
import { createPlivoSender } from './providers/plivo.ts';
import { createResendSender } from './providers/resend.ts';
import { createWebhookPost } from './providers/webhook-post.ts';

/** The parts that more than one role is made of. */

/** Keys from the environment; in the sandbox, one that is kept in the data folder. */
export async function withEncryptionKeys(config: Config): Promise<Config> {
  if (config.encryptionKeys.length > 0) return config;
  return { ...config, encryptionKeys: await developmentEncryptionKeys(config.dataDir) };
}

export async function connectDatabase(
  config: Config,
  clock: Clock,
  connections: number,
): Promise<Database> {
  if (config.database.kind !== 'external')
    throw new Error(
      'DATABASE_URL is missing: `npm start` brings its own database, a single role needs one',
    );
  return openDatabase({
    url: config.database.url,
    encryptionKeys: config.encryptionKeys,
    clock,
    connections,
  });
}

export function createProviders(config: Config): Providers {
  return { email: createResendSender(config.resend), sms: createPlivoSender(config.plivo) };
}

export function createRates({ rates }: Config, db: Database): ProviderRates {
  return new ProviderRates(db, rates);
}

export function sendingOf({ http, senders, unsubscribeMailbox }: Config): Sending {
  return { publicUrl: http.publicUrl, senders, unsubscribeMailbox };
}

/** Only the sandbox may call this machine and others inside the network. */
export function createWebhooks(config: Config): PostWebhook {
  return createWebhookPost({ publicOnly: config.mode !== 'sandbox' });
}
