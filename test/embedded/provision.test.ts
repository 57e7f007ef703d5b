import { Connection, ServiceError } from '@temporalio/client';
import proto from '@temporalio/proto';
import { expect, inject, onTestFinished, test } from 'vitest';
import { provisionTemporal } from '../../src/platform/temporal/provision.ts';

const { IndexedValueType } = proto.temporal.api.enums.v1;

async function connect(): Promise<Connection> {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  onTestFinished(() => connection.close());
  return connection;
}

const names = ['OptInLight', 'WaitingOn', 'PracticeId', 'QueuedMessages', 'OldestQueuedAt'];

test('makes a namespace that workflows can use at once; again, and twice at a time, it changes nothing', async () => {
  const connection = await connect();
  const namespace = `provision-${Date.now()}`;
  await Promise.all([1, 2].map(() => provisionTemporal(connection, namespace)));
  await provisionTemporal(connection, namespace);

  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  expect(Object.keys(customAttributes).toSorted()).toEqual(names.toSorted());
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 86_400);
  const { count } = await connection.workflowService.countWorkflowExecutions({
    namespace,
    query: "OptInLight = 'red' AND WaitingOn = 'sms' AND QueuedMessages > 0",
  });
  expect(Number(count)).toBe(0);
});

test('names the attribute that exists with another type', async () => {
  const connection = await connect();
  const namespace = `clash-${Date.now()}`;
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 } as never,
  });
  let added = false;
  while (!added)
    added = await connection.operatorService
      .addSearchAttributes({
        namespace,
        searchAttributes: { WaitingOn: IndexedValueType.INDEXED_VALUE_TYPE_TEXT },
      })
      .then(
        () => true,
        () => false,
      );
  await expect(provisionTemporal(connection, namespace)).rejects.toThrow(
    /WaitingOn of the namespace "clash-\d+" is of another type than KeywordList/,
  );
});

/** Temporal Cloud as an account without rights sees it; there is none to run here. */
function cloud(answers: {
  describe: () => Promise<unknown>;
  count?: () => Promise<unknown>;
}): Connection {
  const denied = (): Promise<never> => Promise.reject(grpcError(7, 'Request unauthorized.'));
  return {
    workflowService: {
      describeNamespace: answers.describe,
      countWorkflowExecutions: answers.count ?? denied,
      registerNamespace: denied,
    },
    operatorService: { listSearchAttributes: denied, addSearchAttributes: denied },
  } as unknown as Connection;
}

function grpcError(code: number, details: string): Error {
  return Object.assign(new ServiceError(details), { code, details, metadata: {} });
}

test('where it may not make the namespace, it says how to get one', async () => {
  const describe = (): Promise<never> => Promise.reject(grpcError(5, 'not found'));
  await expect(provisionTemporal(cloud({ describe }), 'practice.a1b2')).rejects.toThrow(
    'Temporal has no namespace "practice.a1b2" and this account may not make one.',
  );
});

test('where it may not add attributes, it is content when they are there, and else lists them', async () => {
  const describe = (): Promise<unknown> => Promise.resolve({ config: {} });
  const there = cloud({ describe, count: () => Promise.resolve({ count: 0 }) });
  await provisionTemporal(there, 'practice.a1b2');

  const count = (): Promise<never> =>
    Promise.reject(grpcError(3, 'invalid query: OptInLight is not a valid search attribute'));
  const missing = provisionTemporal(cloud({ describe, count }), 'practice.a1b2');
  await expect(missing).rejects.toThrow(
    /may not add search attributes[\s\S]*OptInLight: Keyword\n {2}WaitingOn: KeywordList\n/,
  );
});
