import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import type { EncryptionKey } from '../config/config.ts';
import type { SealingKey } from '../../core/sealing-key.ts';
import { createPayloadCodec } from './payload-codec.ts';

/** The one data converter of clients, workers and (by these two paths) the workflow bundle. */
const path = (module: string): string =>
  fileURLToPath(new URL(`${module}${import.meta.url.slice(-3)}`, import.meta.url));

export const converterPaths = {
  payloadConverterPath: path('./payload-converter'),
  failureConverterPath: path('./failure-converter'),
};

/** `sealing`: which of the keys seals; absent: the first. */
export function createDataConverter(
  keys: readonly EncryptionKey[],
  sealing?: SealingKey,
): DataConverter {
  return { ...converterPaths, payloadCodecs: [createPayloadCodec(keys, sealing)] };
}
