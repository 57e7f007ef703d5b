import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServiceError, type Connection } from '@temporalio/client';
import proto from '@temporalio/proto';

const { IndexedValueType } = proto.temporal.api.enums.v1;

/** The attributes that the contact workflow writes; the names are the contract's. */
const searchAttributes = {
  OptInLight: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  WaitingOn: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
  PracticeId: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  QueuedMessages: IndexedValueType.INDEXED_VALUE_TYPE_INT,
  OldestQueuedAt: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
} as const;

/** Uses each of them: the server refuses it until it knows them all. Finds nothing. */
const probe = [
  "OptInLight = 'none'",
  "WaitingOn = 'none'",
  "PracticeId = 'none'",
  'QueuedMessages < 0',
  "OldestQueuedAt > '9999-01-01T00:00:00Z'",
].join(' AND ');

/** How long histories of ended runs are kept in a namespace that we make. */
const retentionDays = 30;
const secondsPerDay = 86_400;

/** A cluster with the default caches needs up to a minute; one that is just starting, longer. */
const usableWithinMs = 180_000;
const retryEveryMs = 250;

/** gRPC status codes. */
const grpc = { invalidArgument: 3, notFound: 5, alreadyExists: 6, permissionDenied: 7 };

export class ProvisioningError extends Error {
  override readonly name = 'ProvisioningError';
}

/**
 * Makes the namespace and the search attributes unless they are there, and waits until workflows can use them. May be
 * repeated, and run by several at once. Rejects with a {@link ProvisioningError} that gives the manual steps where the
 * account lacks permission (Temporal Cloud), or when an attribute exists with another type.
 */
export async function provisionTemporal(
  connection: Connection,
  namespace: string,
  options: {
    /** The cluster is ours alone (`npm start`): an existing namespace gets our retention too. */
    ownCluster?: boolean;
  } = {},
): Promise<void> {
  const deadline = Date.now() + usableWithinMs;
  await ensureNamespace(connection, namespace, options.ownCluster ?? false, deadline);
  await ensureSearchAttributes(connection, namespace, deadline);
  await untilDone(deadline, () =>
    connection.workflowService.countWorkflowExecutions({ namespace, query: probe }),
  );
}

async function ensureNamespace(
  connection: Connection,
  namespace: string,
  ownCluster: boolean,
  deadline: number,
): Promise<void> {
  const { workflowService } = connection;
  const retention = { seconds: retentionDays * secondsPerDay } as never;
  const found = await untilDone(deadline, () =>
    workflowService.describeNamespace({ namespace }).catch(except(grpc.notFound, () => undefined)),
  );
  if (!found) {
    await untilDone(deadline, () =>
      workflowService
        .registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention })
        .catch(except(grpc.alreadyExists, () => undefined))
        .catch(
          except(grpc.permissionDenied, () => {
            throw new ProvisioningError(
              `Temporal has no namespace "${namespace}" and this account may not make one. Make it (in Temporal Cloud: in the console), or set TEMPORAL_NAMESPACE to yours.`,
            );
          }),
        ),
    );
  } else if (ownCluster) {
    const seconds = Number(found.config?.workflowExecutionRetentionTtl?.seconds ?? 0);
    if (seconds < retentionDays * secondsPerDay)
      await workflowService.updateNamespace({
        namespace,
        config: { workflowExecutionRetentionTtl: retention },
      });
  }
}

async function ensureSearchAttributes(
  connection: Connection,
  namespace: string,
  deadline: number,
): Promise<void> {
  const { operatorService } = connection;
  const existing = await untilDone(deadline, () =>
    operatorService.listSearchAttributes({ namespace }).catch(
      // Temporal Cloud has its own way to define them; the probe tells whether they are there.
      except(grpc.permissionDenied, () => undefined),
    ),
  );
  const known = existing?.customAttributes ?? {};
  const missing: Record<string, number> = {};
  for (const [name, type] of Object.entries(searchAttributes)) {
    const present = known[name];
    if (present === undefined) missing[name] = type;
    else if (present !== type)
      throw new ProvisioningError(
        `The search attribute ${name} of the namespace "${namespace}" is of another type than ${typeName(type)}. Rename it, or use another namespace.`,
      );
  }
  if (Object.keys(missing).length === 0) return;
  await untilDone(deadline, () =>
    operatorService
      .addSearchAttributes({ namespace, searchAttributes: missing })
      .catch(except(grpc.alreadyExists, () => undefined))
      .catch(except(grpc.permissionDenied, () => probeOrExplain(connection, namespace))),
  );
}

/** Where we may not define attributes, somebody else has to have done it. */
async function probeOrExplain(connection: Connection, namespace: string): Promise<void> {
  try {
    await connection.workflowService.countWorkflowExecutions({ namespace, query: probe });
  } catch (error) {
    if (codeOf(error) !== grpc.invalidArgument) throw error;
    const list = Object.entries(searchAttributes).map(
      ([name, type]) => `  ${name}: ${typeName(type)}`,
    );
    throw new ProvisioningError(
      `This account may not add search attributes to the namespace "${namespace}". Add them (in Temporal Cloud: in the console, or with tcld):\n${list.join('\n')}`,
    );
  }
}

/**
 * Repeats until it succeeds or the deadline passes: a server that starts, a namespace and an attribute that are a
 * moment old are refused with changing codes, so only our own verdict ends it early.
 */
async function untilDone<T>(deadline: number, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof ProvisioningError || Date.now() > deadline) throw error;
      await sleep(retryEveryMs);
    }
  }
}

function except<T>(code: number, answer: () => T): (error: unknown) => T {
  return (error) => {
    if (codeOf(error) === code) return answer();
    throw error;
  };
}

function codeOf(error: unknown): number | undefined {
  return isGrpcServiceError(error) ? error.code : undefined;
}

function typeName(type: number): string {
  const words = (IndexedValueType[type] ?? '').replace('INDEXED_VALUE_TYPE_', '').toLowerCase();
  return words.replace(/(^|_)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
}
